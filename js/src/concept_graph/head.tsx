/** Toolbar and status line of a graph: the slider of edges, the legend, and what was taken out. */
import { Link } from "../ui/buttons/button";
import { count, counted, percent } from "../ui/format";
import { Doing } from "../ui/notes/doing";
import { useGraph } from "./context";
import { changeText } from "./state/words";

export function Head() {
  const graph = useGraph();
  const result = graph.result.value;
  const n = (result?.nodes.length ?? 1) - 1;
  return (
    <>
      <div class="slw-toolbar slw-graph-toolbar">
        <Slider />
        <Legend />
      </div>
      <div class="slw-status" role="status">
        {result !== null && graph.taken.names.value.size === 0 && (
          <>
            <span class="slw-strong">{`${counted(n, "neuron")} behind ${graph.traits.graph_class.value}`}</span>
            <span class="slw-muted slw-cut">
              {`means over ${counted(result.n_samples, "image")}; a click opens a neuron, X takes it out`}
            </span>
          </>
        )}
        <Without />
        <Doing
          progress={
            result === null ? { done: 0, total: 1, what: "loading the graph" } : graph.taken.progress.value
          }
          status={graph.status.value}
        />
        {graph.taken.waiting.value && <Link onClick={() => graph.taken.stop()}>Cancel</Link>}
      </div>
    </>
  );
}

function Slider() {
  const graph = useGraph();
  const steps = graph.steps.value;
  const least = graph.traits.weak_below.value;
  const all = graph.result.value?.edges.length ?? 0;
  const text = `at least ${percent(least)} of a node’s inputs`;
  return (
    <label
      class="slw-graph-slider"
      title="Weaker edges are not drawn; a share is of the sizes of all edges into a node"
    >
      <span class="slw-muted">edges</span>
      <input
        type="range"
        min="0"
        max={steps.length - 1}
        value={steps.indexOf(least)}
        aria-label="Weakest edges"
        aria-valuetext={text}
        onInput={({ currentTarget }) => graph.hideWeak(Number(currentTarget.value))}
      />
      <span class="slw-number slw-cut">{`${text} (${count(graph.edges.value.length)} of ${count(all)})`}</span>
    </label>
  );
}

function Legend() {
  return (
    <span class="slw-graph-legend slw-muted">
      <Line kind="slw-graph-adds" text="adds" />
      <Line kind="slw-graph-takes" text="takes away" />
      <span>wider: larger share</span>
    </span>
  );
}

function Line({ kind, text }: { kind: string; text: string }) {
  return (
    <span>
      <svg class="slw-graph-edges" width="28" height="8" aria-hidden="true">
        <path class={kind} d="M0 4H28" stroke-width="3" />
      </svg>
      {` ${text}`}
    </span>
  );
}

function Without() {
  const graph = useGraph();
  if (graph.taken.names.value.size === 0) return null;
  const change = graph.taken.changes.value?.get((graph.result.value?.nodes.length ?? 0) - 1);
  return (
    <>
      <span
        class="slw-strong slw-cut"
        title={[...graph.taken.names.value].join(", ")}
      >{`Without ${graph.takenText()}`}</span>
      {change !== undefined && graph.taken.isMeasured.value && (
        <span class="slw-cut">{`${graph.traits.graph_class.value} ${changeText(change)}`}</span>
      )}
      <Link title="Puts all neurons back (Esc)" onClick={() => graph.taken.clear()}>
        Put back
      </Link>
    </>
  );
}
