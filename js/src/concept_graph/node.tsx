/** Node as a button: its best examples, label, verdict and relevance, and its change without others. */
import { type Verdict, VerdictMark } from "../audits/verdicts";
import type { GraphNode, NodeChange } from "../generated/protocol";
import { Montage } from "../neurons/pictures/montage";
import { Bar } from "../ui/bar";
import { percent, px } from "../ui/format";
import { useGraph } from "./context";
import { CLASS_WIDTH, NODE } from "./state/layout";
import { edgesAt } from "./state/paths";
import type { GraphState } from "./state/state";
import { called, changeText, signed } from "./state/words";

/** Pictures along each edge of the montage, and its size in pixels. */
const SIDE = 2;
const SIZE = 56;
/** Inputs that are named to screen readers. */
const INPUTS = 3;
const NO_LABEL = "no clear label";

interface NodeButtonProps {
  number: number;
  x: number;
  y: number;
  /** The largest share of a node of its layer in size, which fills the bar. */
  most: number;
}

export function NodeButton({ number, x, y, most }: NodeButtonProps) {
  const graph = useGraph();
  const node = graph.node(number);
  const isOut = graph.taken.names.value.has(node.name);
  const change = graph.taken.changes.value?.get(number);
  const kinds = [
    isOut && "slw-graph-out",
    graph.lit.value === number && "slw-graph-lit",
    graph.traits.selection.value.includes(node.name) && "slw-graph-selected",
  ].filter(Boolean);
  const title = nodeText(graph, number, isOut, change);
  return (
    <button
      type="button"
      class={["slw-graph-node", ...kinds].join(" ")}
      style={{
        left: px(x),
        top: px(y),
        width: px(node.layer === "" ? CLASS_WIDTH : NODE.width),
        height: px(NODE.height),
      }}
      data-node={number}
      aria-expanded={graph.opened.value === number}
      title={title}
      onClick={() => graph.open(number)}
      onPointerEnter={() => graph.hover(number)}
      onPointerLeave={() => graph.hover(null)}
      onFocus={() => graph.focus(number)}
      onBlur={() => graph.focus(null)}
    >
      {node.layer === "" ? (
        <ClassInside change={change} />
      ) : (
        <Inside node={node} isOut={isOut} change={change} most={most} />
      )}
    </button>
  );
}

interface InsideProps {
  node: GraphNode;
  isOut: boolean;
  change: NodeChange | undefined;
  most: number;
}

function Inside({ node, isOut, change, most }: InsideProps) {
  const graph = useGraph();
  const { stores, keys } = graph.pictures(node);
  const share = node.share ?? 0;
  return (
    <>
      <Montage pictures={stores.thumbnails} rows={keys.slice(0, SIDE * SIDE)} side={SIDE} size={SIZE} />
      <span class="slw-graph-text">
        <span class={`slw-cut${node.label === "" ? " slw-muted" : " slw-graph-label"}`}>
          {node.label || NO_LABEL}
        </span>
        <span class="slw-graph-line slw-number">
          <span class="slw-muted">{node.name.slice(node.name.lastIndexOf(":") + 1)}</span>
          {node.verdict !== "" && <VerdictMark verdict={node.verdict as Verdict} />}
        </span>
        {change === undefined ? (
          <span class="slw-graph-line slw-number">
            <Bar length={Math.abs(share) / (most || 1)} also={share < 0 ? "slw-negative" : ""} />
            {isOut ? "out" : signed(node.share)}
          </span>
        ) : (
          <Change change={change} />
        )}
      </span>
    </>
  );
}

function ClassInside({ change }: { change: NodeChange | undefined }) {
  const graph = useGraph();
  return (
    <span class="slw-graph-text">
      <span class="slw-muted">class</span>
      <span class="slw-cut slw-graph-label">{graph.traits.graph_class.value}</span>
      {change !== undefined && <Change change={change} />}
    </span>
  );
}

/** A change as an arrow and a number; no more than an equals sign where nothing moved. */
function Change({ change: { before, after, share } }: { change: NodeChange }) {
  const falls = (after ?? 0) < (before ?? 0);
  if (before === after) return <span class="slw-graph-line slw-muted">unchanged</span>;
  return (
    <span class={`slw-graph-line slw-number ${falls ? "slw-graph-falls" : "slw-graph-rises"}`}>
      {`${falls ? "▼" : "▲"} ${percent(Math.abs(share ?? 0))}`}
    </span>
  );
}

/** Describes a node in words, with its strongest inputs. */
function nodeText(graph: GraphState, number: number, isOut: boolean, change: NodeChange | undefined): string {
  const node = graph.node(number);
  const inputs = edgesAt(graph.edges.value, number, "target").slice(0, INPUTS);
  const named = inputs.map(({ source, share }) => `${called(graph.node(source))} ${signed(share)}`);
  const facts = [
    node.layer === "" ? `class ${graph.traits.graph_class.value}` : `${node.name}, ${node.label || NO_LABEL}`,
    node.verdict,
    node.layer !== "" && `relevance ${signed(node.share)} of its layer`,
    isOut && "taken out",
    change !== undefined && changeText(change),
    named.length > 0 && `strongest inputs: ${named.join(", ")}`,
  ];
  return facts.filter(Boolean).join("; ");
}
