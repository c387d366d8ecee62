/** Texts about nodes, edges and changes. */
import type { GraphEdge, GraphNode, NodeChange } from "../../generated/protocol";
import { percent, significant } from "../../ui/format";

/** Formats a share or a change with its sign: "+12 %", "−3.1 %". */
export function signed(share: number | null): string {
  return share !== null && share > 0 ? `+${percent(share)}` : percent(share);
}

/** Returns, for example, "bn2:117 scissors"; the name alone without a label. */
export function called({ name, label }: GraphNode): string {
  return label === "" ? name : `${name} ${label}`;
}

/** Describes an edge: "adds 0.31, +12 %". */
export function edgeText({ edge, share }: GraphEdge): string {
  return `${share > 0 ? "adds" : "takes away"} ${significant(Math.abs(edge))}, ${signed(share)}`;
}

/** Describes the change of a node: "falls by 12 %, from 3.1 to 2.7 (without random neurons −0.6 %)". */
export function changeText(change: NodeChange): string {
  const { random } = change;
  return moved(change) + (random === null ? "" : ` (without random neurons ${signed(random)})`);
}

function moved({ before, after, share }: NodeChange): string {
  const way = (after ?? 0) < (before ?? 0) ? "falls" : "rises";
  if (before === after) return `stays at ${significant(before)}`;
  return `${way} by ${percent(Math.abs(share ?? 0))}, from ${significant(before)} to ${significant(after)}`;
}
