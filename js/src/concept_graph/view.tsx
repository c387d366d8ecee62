/** View of the graph of a class: layers from left to right, examples beside them, and what falls without a node. */
import { useRef } from "preact/hooks";
import type { ConceptGraphTraits } from "../generated/traits";
import type { ViewProps } from "../kernel/types";
import { Footer } from "../neurons/footer";
import { Frame } from "../neurons/frame";
import { draw } from "../ui/view_context";
import "./concept_graph.css";
import { GraphContext } from "./context";
import { Detail } from "./detail";
import { Head } from "./head";
import { Nodes } from "./nodes";
import { GraphState } from "./state/state";

const KEYS = [
  ["↑ ↓", "From node to node within a layer"],
  ["← →", "Along the strongest edge into and out of a node"],
  ["Enter", "Opens the node, here and in the other widgets"],
  ["+ − 0", "Zooms in and out, and shows all; also the wheel with Ctrl"],
  ["X", "Takes the node out, or puts it back"],
  ["Esc", "Closes the node, then puts all nodes back"],
] as const;

function Body() {
  const body = useRef<HTMLDivElement>(null);
  return (
    <div ref={body} class="slw-body">
      <Nodes />
      <Detail body={body} />
    </div>
  );
}

/** Draws a graph into `el` until `signal` aborts. */
export function showConceptGraph(props: ViewProps<ConceptGraphTraits>): GraphState {
  const { el, signal } = props;
  const graph = new GraphState(props);
  const focusSearch = () => el.querySelector<HTMLElement>(".slw-graph-node[tabindex='0']")?.focus();
  draw(
    <GraphContext.Provider value={graph}>
      <Frame shown={graph} keys={{ "In the graph": KEYS }} focusSearch={focusSearch} head={<Head />}>
        <Body />
        <Footer traits={graph.traits} compared="Examples and labels" onClear={() => graph.clearSelection()} />
      </Frame>
    </GraphContext.Provider>,
    el,
    signal,
  );
  return graph;
}
