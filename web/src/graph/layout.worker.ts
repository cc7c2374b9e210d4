// Force layout off the main thread: Jacomy et al., "ForceAtlas2" (2014), by graphology's own step function over flat
// arrays. Positions go back about ten times a second, of many nodes less often; pinned nodes stay.
import iterate from "graphology-layout-forceatlas2/iterate.js";

export interface LayoutTask {
  xy: Float32Array; // x, y of each node
  fixed: Uint8Array; // 1: pinned
  ends: Uint32Array; // from, to of each edge
  milliseconds: number; // for so long at most
  iterations: number; // … and so many steps
}
export interface LayoutNews {
  xy: Float32Array;
  steps: number;
  done: boolean;
}

const NODE = 10,
  EDGE = 3; // numbers a node and an edge in its arrays
let round = 0;
onmessage = (event: MessageEvent<LayoutTask | "stop">) => {
  const mine = ++round; // a new task, or "stop", ends the one before
  if (event.data === "stop") return;
  const { xy, fixed, ends, milliseconds, iterations } = event.data;
  const count = fixed.length;
  const nodes = new Float32Array(count * NODE),
    edges = new Float32Array((ends.length / 2) * EDGE);
  for (let n = 0; n < count; n++) {
    nodes[n * NODE] = xy[n * 2]!;
    nodes[n * NODE + 1] = xy[n * 2 + 1]!;
    nodes[n * NODE + 6] = 1;
    nodes[n * NODE + 7] = 1;
    nodes[n * NODE + 8] = 1;
    nodes[n * NODE + 9] = fixed[n]!;
  }
  for (let e = 0; e < ends.length / 2; e++) {
    const from = ends[e * 2]! * NODE,
      to = ends[e * 2 + 1]! * NODE;
    edges[e * EDGE] = from;
    edges[e * EDGE + 1] = to;
    edges[e * EDGE + 2] = 1;
    nodes[from + 6]! += 1;
    nodes[to + 6]! += 1;
  }
  const settings = {
    linLogMode: false,
    outboundAttractionDistribution: true,
    adjustSizes: false,
    edgeWeightInfluence: 1,
    scalingRatio: 10,
    strongGravityMode: true,
    gravity: 0.05,
    slowDown: 1 + Math.log(Math.max(2, count)),
    barnesHutOptimize: count > 1500,
    barnesHutTheta: 0.6,
  };
  const begun = performance.now();
  let steps = 0;
  const tell = (done: boolean) => {
    const out = new Float32Array(count * 2);
    for (let n = 0; n < count; n++) {
      out[n * 2] = nodes[n * NODE]!;
      out[n * 2 + 1] = nodes[n * NODE + 1]!;
    }
    postMessage({ xy: out, steps, done } satisfies LayoutNews, { transfer: [out.buffer] });
  };
  const go = () => {
    if (mine !== round) return;
    const until = performance.now() + (count > 3000 ? 700 : 90); // many are slow to draw: the page stays free between
    while (steps < iterations && performance.now() < until) {
      iterate(settings, nodes, edges);
      steps++;
    }
    const done = steps >= iterations || performance.now() - begun > milliseconds;
    tell(done);
    if (!done) setTimeout(go, 0); // lets "stop" in
  };
  go();
};
