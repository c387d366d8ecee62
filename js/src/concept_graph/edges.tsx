/** Edges as curves behind the nodes, with numbers on those of the lit node. They are in words on the nodes. */
import type { GraphEdge } from "../generated/protocol";
import { significant } from "../ui/format";
import { useGraph } from "./context";
import { curveOf, type Layout, NODE, strokeOf } from "./state/layout";
import { signed } from "./state/words";

/** Room below which a number stands without the amount, in pixels. */
const ROOM = 130;

export function Edges({ layout }: { layout: Layout }) {
  const graph = useGraph();
  const lit = graph.lit.value;
  const paths = graph.paths.value;
  const edges = graph.edges.value;
  const drawn = [...edges].sort((a, b) => Number(paths.has(a)) - Number(paths.has(b)));
  return (
    <svg class="slw-graph-edges" width={layout.width} height={layout.height} aria-hidden="true">
      {drawn.map((edge) => (
        <path
          key={`${edge.source} ${edge.target}`}
          class={kindOf(edge, lit, paths)}
          d={curveOf(layout, edge)}
          stroke-width={strokeOf(edge.share)}
        />
      ))}
      {edges
        .filter(({ source, target }) => source === lit || target === lit)
        .map((edge) => (
          <EdgeNumber
            key={`${edge.source} ${edge.target}`}
            layout={layout}
            edge={edge}
            isInput={edge.target === lit}
          />
        ))}
    </svg>
  );
}

function kindOf(edge: GraphEdge, lit: number | null, paths: ReadonlySet<GraphEdge>): string {
  const kind = edge.share < 0 ? "slw-graph-takes" : "slw-graph-adds";
  if (lit === null) return kind;
  return paths.has(edge) ? `${kind} slw-graph-lit` : `${kind} slw-graph-dim`;
}

/** The number stands beside the other node, where no two edges of the lit one meet. */
function EdgeNumber({ layout, edge, isInput }: { layout: Layout; edge: GraphEdge; isInput: boolean }) {
  const [from, to] = [layout.nodes[edge.source], layout.nodes[edge.target]];
  if (from === undefined || to === undefined) return null;
  const hasRoom = to.x - from.x - NODE.width >= ROOM;
  const text = hasRoom ? `${significant(edge.edge)} · ${signed(edge.share)}` : signed(edge.share);
  return isInput ? (
    <text x={from.x + NODE.width + 6} y={from.y + NODE.height / 2 + 4}>
      {text}
    </text>
  ) : (
    <text x={to.x - 6} y={to.y + NODE.height / 2 + 4} text-anchor="end">
      {text}
    </text>
  );
}
