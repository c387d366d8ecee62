/** Places of nodes and curves of edges: a column for each depth of layers, and the class at the right end. */
import type { GraphEdge, GraphResult } from "../../generated/protocol";

export const NODE = { width: 184, height: 66 };
/** The class has neither pictures nor numbers of its own. */
export const CLASS_WIDTH = 120;
/** Distance of two nodes of a layer, and height of a layer's head. */
const ROW_GAP = 10;
export const HEAD = 24;
/** Least and largest distance of two columns: numbers on edges need some room. */
const GAPS = [64, 220] as const;
const MARGIN = 12;
/** Stroke of an edge that is all that its target gets. */
const WIDEST = 28;

interface Place {
  x: number;
  y: number;
}

interface PlacedLayer extends Place {
  /** "" for the class. */
  name: string;
  /** Numbers of its nodes from the top. */
  nodes: number[];
}

export interface Layout {
  layers: PlacedLayer[];
  /** Upper left corners, by the number of the node. */
  nodes: Place[];
  width: number;
  height: number;
}

/** Places the nodes; columns use the width of the view if there are few. */
export function layoutOf({ layers, nodes }: GraphResult, viewWidth: number): Layout {
  const n = 1 + Math.max(0, ...layers.map(({ column }) => column + 1));
  const gap = Math.min(GAPS[1], Math.max(GAPS[0], (viewWidth - widthOf(n, 0)) / Math.max(1, n - 1)));
  const columns: { name: string; nodes: number[] }[][] = Array.from({ length: n }, () => []);
  for (const { name, column } of [...layers, { name: "", column: n - 1 }]) {
    const own = nodes.flatMap(({ layer }, number) => (layer === name ? [number] : []));
    columns[column]?.push({ name, nodes: own.sort((a, b) => place(nodes[a]) - place(nodes[b])) });
  }
  const heights = columns.map(heightOf);
  const height = Math.max(...heights);
  const found: Layout = {
    layers: [],
    nodes: nodes.map(() => ({ x: 0, y: 0 })),
    width: widthOf(n, gap),
    height: height + 2 * MARGIN,
  };
  columns.forEach((column, number) => {
    const x = MARGIN + number * (NODE.width + gap);
    let y = MARGIN + (height - (heights[number] ?? 0)) / 2;
    for (const layer of column) {
      found.layers.push({ ...layer, x, y });
      layer.nodes.forEach((node, row) => {
        found.nodes[node] = { x, y: y + HEAD + row * (NODE.height + ROW_GAP) };
      });
      y += heightOf([layer]);
    }
  });
  return found;
}

/** Returns the curve of an edge, from the middle of the source's right side to that of the target's left side. */
export function curveOf({ nodes }: Layout, { source, target }: GraphEdge): string {
  const [from, to] = [nodes[source] as Place, nodes[target] as Place];
  const [x, y, end] = [from.x + NODE.width, from.y + NODE.height / 2, to.y + NODE.height / 2];
  const middle = (x + to.x) / 2;
  return `M${x} ${y}C${middle} ${y} ${middle} ${end} ${to.x} ${end}`;
}

export function strokeOf(share: number): number {
  return Math.max(1.5, WIDEST * Math.abs(share));
}

/** Width of n columns, the last of them that of the class. */
function widthOf(n: number, gap: number): number {
  return 2 * MARGIN + (n - 1) * (NODE.width + gap) + CLASS_WIDTH;
}

function place(node: { place: number } | undefined): number {
  return node?.place ?? 0;
}

function heightOf(column: readonly { nodes: number[] }[]): number {
  return column.reduce((sum, { nodes }) => sum + HEAD + nodes.length * (NODE.height + ROW_GAP), 0);
}
