// How sigma draws nodes as shapes with a border: one program, the shape worked out for each pixel as a signed distance.
import { NodeProgram, type ProgramInfo } from "sigma/rendering";
import type { NodeDisplayData, RenderParams } from "sigma/types";
import { floatColor } from "sigma/utils";

const VERTEX = /* glsl */ `
attribute vec4 a_id;
attribute vec4 a_color;
attribute vec4 a_border;
attribute vec2 a_position;
attribute float a_size;
attribute float a_shape;
attribute vec2 a_corner;
uniform mat3 u_matrix;
uniform float u_sizeRatio;
uniform float u_correctionRatio;
varying vec4 v_color;
varying vec4 v_border;
varying vec2 v_at;
varying float v_shape;
varying float v_pixel;
const float bias = 255.0 / 254.0;
void main() {
  float radius = a_size * u_correctionRatio / u_sizeRatio * 2.0;
  v_at = a_corner * 1.3;
  v_shape = a_shape;
  v_pixel = u_sizeRatio / max(a_size, 0.001);
  gl_Position = vec4((u_matrix * vec3(a_position + v_at * radius, 1)).xy, 0, 1);
  #ifdef PICKING_MODE
  v_color = a_id;
  #else
  v_color = a_color;
  #endif
  v_border = a_border;
  v_color.a *= bias;
  v_border.a *= bias;
}`;
// Negative inside, in units of the node's radius. The order is that of SHAPES.
const FRAGMENT = /* glsl */ `
precision highp float;
varying vec4 v_color;
varying vec4 v_border;
varying vec2 v_at;
varying float v_shape;
varying float v_pixel;
float triangle(vec2 p) {
  return max(abs(p.x) * 0.866 + p.y * 0.5, -p.y) - 0.62;
}
float distance_of(vec2 p) {
  if (v_shape < 0.5) return length(p) - 1.0;
  if (v_shape < 1.5) return max(abs(p.x), abs(p.y)) - 0.88;
  if (v_shape < 2.5) return (abs(p.x) + abs(p.y)) * 0.7071 - 0.88;
  if (v_shape < 3.5) return triangle(p + vec2(0.0, 0.1));
  if (v_shape < 4.5) return triangle(vec2(p.x, -p.y) + vec2(0.0, 0.1));
  if (v_shape < 5.5) { vec2 q = abs(p); return max(q.x * 0.866 + q.y * 0.5, q.y) - 0.92; }
  if (v_shape < 6.5) { vec2 q = abs(p); return max(min(q.x, q.y) - 0.36, max(q.x, q.y) - 1.05); }
  return abs(length(p) - 0.74) - 0.26;
}
void main() {
  float d = distance_of(v_at);
  #ifdef PICKING_MODE
  gl_FragColor = length(v_at) < 1.1 ? v_color : vec4(0.0);
  #else
  float inside = 1.0 - smoothstep(-v_pixel, v_pixel, d);
  float border = smoothstep(-0.22 - v_pixel, -0.22 + v_pixel, d);
  vec4 color = mix(v_color, v_border, border * v_border.a);
  gl_FragColor = mix(vec4(0.0), vec4(color.rgb, v_color.a), inside);
  #endif
}`;
const UNIFORMS = ["u_sizeRatio", "u_correctionRatio", "u_matrix"] as const;
const { FLOAT, UNSIGNED_BYTE } = WebGLRenderingContext;

export class ShapeProgram extends NodeProgram<(typeof UNIFORMS)[number]> {
  override getDefinition() {
    return {
      VERTICES: 6,
      VERTEX_SHADER_SOURCE: VERTEX,
      FRAGMENT_SHADER_SOURCE: FRAGMENT,
      METHOD: WebGLRenderingContext.TRIANGLES,
      UNIFORMS,
      ATTRIBUTES: [
        { name: "a_position", size: 2, type: FLOAT },
        { name: "a_size", size: 1, type: FLOAT },
        { name: "a_shape", size: 1, type: FLOAT },
        { name: "a_color", size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: "a_border", size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: "a_id", size: 4, type: UNSIGNED_BYTE, normalized: true },
      ],
      CONSTANT_ATTRIBUTES: [{ name: "a_corner", size: 2, type: FLOAT }],
      CONSTANT_DATA: [
        [-1, -1],
        [1, -1],
        [-1, 1],
        [-1, 1],
        [1, -1],
        [1, 1],
      ],
    };
  }
  override processVisibleItem(id: number, at: number, data: NodeDisplayData & { shape?: number; border?: string }) {
    const array = this.array;
    array[at++] = data.x;
    array[at++] = data.y;
    array[at++] = data.size;
    array[at++] = data.shape ?? 0;
    array[at++] = floatColor(data.color);
    array[at++] = floatColor(data.border ?? "#00000000");
    array[at++] = id;
  }
  override setUniforms(params: RenderParams, { gl, uniformLocations }: ProgramInfo) {
    gl.uniform1f(uniformLocations.u_sizeRatio!, params.sizeRatio);
    gl.uniform1f(uniformLocations.u_correctionRatio!, params.correctionRatio);
    gl.uniformMatrix3fv(uniformLocations.u_matrix!, false, params.matrix);
  }
}
