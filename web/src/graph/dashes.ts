// Inferred links are dashed, exact ones are not: an edge as a rectangle whose length in pixels the fragments know.
import { createEdgeCompoundProgram, EdgeArrowHeadProgram, EdgeProgram, type ProgramInfo } from "sigma/rendering";
import type { EdgeDisplayData, NodeDisplayData, RenderParams } from "sigma/types";
import { floatColor } from "sigma/utils";

const VERTEX = /* glsl */ `
attribute vec2 a_start;
attribute vec2 a_end;
attribute vec2 a_normal;
attribute vec4 a_color;
attribute vec4 a_id;
attribute vec2 a_corner;
uniform mat3 u_matrix;
uniform float u_sizeRatio;
uniform float u_correctionRatio;
uniform float u_minEdgeThickness;
uniform vec2 u_pixels;
varying vec4 v_color;
varying float v_along;
const float bias = 255.0 / 254.0;
void main() {
  float thickness = length(a_normal);
  vec2 across = thickness > 0.0 ? a_normal / thickness : vec2(0.0);
  float wide = max(thickness, u_minEdgeThickness * u_sizeRatio) * u_correctionRatio / u_sizeRatio;
  vec2 middle = mix(a_start, a_end, a_corner.x);
  gl_Position = vec4((u_matrix * vec3(middle + across * wide * a_corner.y, 1)).xy, 0, 1);
  vec2 from = (u_matrix * vec3(a_start, 1)).xy, to = (u_matrix * vec3(a_end, 1)).xy;
  v_along = a_corner.x * length((to - from) * 0.5 * u_pixels);
  #ifdef PICKING_MODE
  v_color = a_id;
  #else
  v_color = a_color;
  #endif
  v_color.a *= bias;
}`;
const FRAGMENT = /* glsl */ `
precision highp float;
varying vec4 v_color;
varying float v_along;
void main() {
  #ifdef PICKING_MODE
  gl_FragColor = v_color;
  #else
  gl_FragColor = mod(v_along, 9.0) < 5.0 ? v_color : vec4(0.0);
  #endif
}`;
const UNIFORMS = ["u_matrix", "u_sizeRatio", "u_correctionRatio", "u_minEdgeThickness", "u_pixels"] as const;
const { FLOAT, UNSIGNED_BYTE } = WebGLRenderingContext;

class DashProgram extends EdgeProgram<(typeof UNIFORMS)[number]> {
  override getDefinition() {
    return {
      VERTICES: 6,
      VERTEX_SHADER_SOURCE: VERTEX,
      FRAGMENT_SHADER_SOURCE: FRAGMENT,
      METHOD: WebGLRenderingContext.TRIANGLES,
      UNIFORMS,
      ATTRIBUTES: [
        { name: "a_start", size: 2, type: FLOAT },
        { name: "a_end", size: 2, type: FLOAT },
        { name: "a_normal", size: 2, type: FLOAT },
        { name: "a_color", size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: "a_id", size: 4, type: UNSIGNED_BYTE, normalized: true },
      ],
      CONSTANT_ATTRIBUTES: [{ name: "a_corner", size: 2, type: FLOAT }],
      CONSTANT_DATA: [
        [0, 1],
        [0, -1],
        [1, 1],
        [1, 1],
        [0, -1],
        [1, -1],
      ],
    };
  }
  override processVisibleItem(
    id: number,
    at: number,
    from: NodeDisplayData,
    to: NodeDisplayData,
    data: EdgeDisplayData,
  ) {
    const dx = to.x - from.x,
      dy = to.y - from.y,
      length = Math.hypot(dx, dy) || 1,
      thick = data.size || 1;
    const array = this.array;
    array[at++] = from.x;
    array[at++] = from.y;
    array[at++] = to.x;
    array[at++] = to.y;
    array[at++] = (-dy / length) * thick;
    array[at++] = (dx / length) * thick;
    array[at++] = floatColor(data.color);
    array[at++] = id;
  }
  override setUniforms(params: RenderParams, { gl, uniformLocations }: ProgramInfo) {
    gl.uniformMatrix3fv(uniformLocations.u_matrix!, false, params.matrix);
    gl.uniform1f(uniformLocations.u_sizeRatio!, params.sizeRatio);
    gl.uniform1f(uniformLocations.u_correctionRatio!, params.correctionRatio);
    gl.uniform1f(uniformLocations.u_minEdgeThickness!, params.minEdgeThickness);
    gl.uniform2f(uniformLocations.u_pixels!, params.width, params.height);
  }
}
export const DashedArrowProgram = createEdgeCompoundProgram([DashProgram, EdgeArrowHeadProgram]);
export const DashedLineProgram = DashProgram;
