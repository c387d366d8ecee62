/** Nodes over their edges: lists of buttons, one a layer, among which the arrow keys move along edges. */
import { useMemo, useRef } from "preact/hooks";
import { px } from "../ui/format";
import { isPlain, runKey } from "../ui/keys";
import { Empty } from "../ui/notes/empty";
import { useRoving } from "../ui/roving";
import { useSize } from "../ui/size";
import { ZoomButtons, zoomKeys } from "../ui/zoom";
import { useGraph } from "./context";
import { Edges } from "./edges";
import { NodeButton } from "./node";
import { layoutOf, NODE } from "./state/layout";
import { useZoom } from "./zoom";

export function Nodes() {
  const graph = useGraph();
  const scroll = useRef<HTMLDivElement>(null);
  const { width } = useSize(scroll);
  const { ref, handlers } = useRoving();
  const result = graph.result.value;
  const layout = useMemo(() => (result === null ? null : layoutOf(result, width)), [result, width]);
  const nodeOf = (target: EventTarget | null) =>
    target instanceof HTMLElement && target.dataset.node !== undefined ? Number(target.dataset.node) : null;
  const view = useZoom(scroll, layout);
  const onKeyDown = (event: KeyboardEvent) => {
    const node = nodeOf(event.target);
    const end = { ArrowLeft: "target", ArrowRight: "source" }[event.key] as "target" | "source" | undefined;
    const next = node === null || end === undefined || !isPlain(event) ? null : graph.neighbour(node, end);
    if (node !== null && act(event, node)) return;
    if (next === null) return handlers.onKeyDown(event);
    event.preventDefault();
    event.stopPropagation();
    ref.current?.querySelector<HTMLElement>(`[data-node="${next}"]`)?.focus();
  };
  const act = (event: KeyboardEvent, node: number) => {
    const isOut = event.key === "x" || event.key === "Delete";
    if (!isPlain(event) || (!isOut && event.key !== "Escape")) return false;
    if (isOut) graph.takeOut(node);
    else if (graph.opened.peek() !== null) graph.close();
    else if (graph.taken.names.peek().size > 0) graph.taken.clear();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  if (result !== null && result.nodes.length === 1)
    return <Empty title="No neuron of these layers has relevance for this class" />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the buttons inside.
    <div class="slw-graph-view" onKeyDown={(event) => isPlain(event) && runKey(event, zoomKeys(view))}>
      <div ref={scroll} class="slw-graph-scroll" onWheel={view.onWheel}>
        {layout !== null && (
          // biome-ignore lint/a11y/noStaticElementInteractions: it moves the focus between the buttons inside.
          <div
            ref={ref}
            class="slw-graph-canvas"
            style={{ width: px(layout.width), height: px(layout.height), zoom: view.scale }}
            onKeyDown={onKeyDown}
            onFocusIn={handlers.onFocusIn}
          >
            <Edges layout={layout} />
            {layout.layers.map(({ name, x, y, nodes }) => (
              <Layer key={name} name={name} x={x} y={y} nodes={nodes} places={layout.nodes} />
            ))}
          </div>
        )}
      </div>
      <div class="slw-graph-zoom" role="toolbar" aria-label="Zoom">
        <ZoomButtons {...view} />
      </div>
    </div>
  );
}

interface LayerProps {
  name: string;
  x: number;
  y: number;
  nodes: number[];
  places: readonly { x: number; y: number }[];
}

function Layer({ name, x, y, nodes, places }: LayerProps) {
  const graph = useGraph();
  const most = Math.max(0, ...nodes.map((node) => Math.abs(graph.node(node).share ?? 0)));
  return (
    <section aria-label={name === "" ? "class" : `layer ${name}`}>
      <span class="slw-graph-head slw-cut" style={{ left: px(x), top: px(y), width: px(NODE.width) }}>
        {name}
      </span>
      <ul>
        {nodes.map((node) => (
          <li key={node}>
            <NodeButton number={node} x={places[node]?.x ?? 0} y={places[node]?.y ?? 0} most={most} />
          </li>
        ))}
      </ul>
    </section>
  );
}
