/** A small graph: two layers of two nodes, and the class. */
import type { GraphNode, GraphResult } from "../src/generated/protocol";

const node = (
  layer: string,
  component: number,
  place: number,
  changes: Partial<GraphNode> = {},
): GraphNode => ({
  name: `${layer}:${component}`,
  layer,
  component,
  place,
  label: "",
  verdict: "",
  relevance: 0.2,
  share: 0.1,
  samples: [1, 2],
  ...changes,
});

export const GRAPH: GraphResult = {
  class_name: "bird",
  n_samples: 12,
  weak_below: 0.01,
  layers: [
    { name: "low", column: 0, n_components: 9 },
    { name: "high", column: 1, n_components: 9 },
  ],
  nodes: [
    node("low", 3, 1, { label: "sky", verdict: "spurious" }),
    node("low", 5, 0, { share: -0.05, relevance: -0.1 }),
    node("high", 0, 0, { label: "<img src=x onerror=alert(1)>", verdict: "valid" }),
    node("high", 8, 1),
    node("", -1, 0, { name: "class bird", relevance: null, share: null, samples: [] }),
  ],
  edges: [
    { source: 0, target: 2, edge: 0.5, share: 0.4 },
    { source: 1, target: 2, edge: -0.1, share: -0.08 },
    { source: 0, target: 3, edge: 0.01, share: 0.02 },
    { source: 2, target: 4, edge: 0.2, share: 0.1 },
  ],
};
