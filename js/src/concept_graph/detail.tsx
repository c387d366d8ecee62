/** Details of the open node: its examples, what leads to it and what follows, and a button that takes it out. */
import { useCallback, useRef } from "preact/hooks";
import { type Verdict, VerdictMark } from "../audits/verdicts";
import type { GraphEdge } from "../generated/protocol";
import { DetailPane } from "../neurons/detail_pane";
import { Montage } from "../neurons/pictures/montage";
import { Button, Link } from "../ui/buttons/button";
import { significant } from "../ui/format";
import { useNarrowFocus } from "../ui/state/narrow_focus";
import { useGraph } from "./context";
import { edgesAt } from "./state/paths";
import { called, changeText, edgeText, signed } from "./state/words";

/** Size for which an example is drawn, in pixels. */
const TILE = 128;

export function Detail({ body }: { body: { current: HTMLElement | null } }) {
  const graph = useGraph();
  const pane = useRef<HTMLElement>(null);
  const number = graph.opened.value;
  const last = useRef(number);
  last.current = number ?? last.current;
  // The same function at every drawing, or the pane would take the focus again.
  const focusBack = useCallback(
    () => body.current?.querySelector<HTMLElement>(`[data-node="${last.current}"]`)?.focus(),
    [body],
  );
  const close = () => {
    graph.close();
    focusBack();
  };
  useNarrowFocus(body, pane, number !== null, focusBack);
  if (number === null) return null;
  const node = graph.node(number);
  const isClass = node.layer === "";
  const change = graph.taken.changes.value?.get(number);
  const all = graph.edges.value;
  return (
    <DetailPane
      pane={pane}
      name={node.name}
      component={number}
      actions={isClass ? null : <TakeOut number={number} />}
      onStep={(by) => graph.step(by)}
      onClose={close}
    >
      {!isClass && (
        <p class="slw-graph-facts">
          <span class={node.label === "" ? "slw-muted" : "slw-strong"}>{node.label || "no clear label"}</span>
          {node.verdict !== "" && <VerdictMark verdict={node.verdict as Verdict} />}
        </p>
      )}
      {!isClass && <Examples number={number} />}
      {!isClass && <p>{`Relevance ${significant(node.relevance)}, ${signed(node.share)} of the layer's`}</p>}
      {change !== undefined && <p>{`Without ${graph.takenText()} it ${changeText(change)}`}</p>}
      <Neighbours title="Inputs" edges={edgesAt(all, number, "target")} end="source" />
      <Neighbours title="Leads to" edges={edgesAt(all, number, "source")} end="target" />
    </DetailPane>
  );
}

function TakeOut({ number }: { number: number }) {
  const graph = useGraph();
  const isOut = graph.taken.names.value.has(graph.node(number).name);
  const can = graph.canTakeOut.value;
  return (
    <Button
      disabled={!can}
      title={
        can
          ? "The model runs without it over the images of the class (X)"
          : "Taking out needs a running notebook"
      }
      onClick={() => graph.takeOut(number)}
    >
      {isOut ? "Put back" : "Take out"}
    </Button>
  );
}

function Examples({ number }: { number: number }) {
  const graph = useGraph();
  const { stores, keys } = graph.pictures(graph.node(number));
  return (
    <div class="slw-nine" role="img" aria-label={`${keys.length} examples of ${graph.node(number).name}`}>
      {keys.map((key) => (
        <Montage key={key} pictures={stores.thumbnails} rows={[key]} side={1} size={TILE} fluid />
      ))}
    </div>
  );
}

interface NeighboursProps {
  title: string;
  edges: GraphEdge[];
  end: "source" | "target";
}

function Neighbours({ title, edges, end }: NeighboursProps) {
  const graph = useGraph();
  if (edges.length === 0) return null;
  return (
    <section class="slw-graph-neighbours">
      <h4>{title}</h4>
      <ul>
        {edges.map((edge) => (
          <li key={edge[end]}>
            <Link class="slw-link slw-cut" onClick={() => graph.open(edge[end])}>
              {called(graph.node(edge[end]))}
            </Link>
            <span class="slw-number">{edgeText(edge)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
