/** Paths through a graph: what leads to a node, what follows from it, and its neighbours. */
import type { GraphEdge } from "../../generated/protocol";

/** Edges on paths into and out of a node. */
export function pathsThrough(edges: readonly GraphEdge[], node: number): Set<GraphEdge> {
  return new Set([...reached(edges, node, "target", "source"), ...reached(edges, node, "source", "target")]);
}

/** The edges at one end of a node, the strongest first. */
export function edgesAt(edges: readonly GraphEdge[], node: number, end: "source" | "target"): GraphEdge[] {
  return edges.filter((edge) => edge[end] === node).sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
}

/** Follows edges from `near` to `far` as far as they lead. */
function reached(
  edges: readonly GraphEdge[],
  node: number,
  near: "source" | "target",
  far: "source" | "target",
): Set<GraphEdge> {
  const found = new Set<GraphEdge>();
  const open = [node];
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const edge of edges)
      if (edge[near] === at && !found.has(edge)) {
        found.add(edge);
        open.push(edge[far]);
      }
  return found;
}
