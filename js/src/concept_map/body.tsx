/** Body of the map: points, overlays and keyboard control. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { followTheme } from "../kernel/host/theme";
import { NoLayers } from "../neurons/layer_menu";
import { Button } from "../ui/buttons/button";
import { isPlain } from "../ui/keys";
import { Empty } from "../ui/notes/empty";
import { zoomKeys } from "../ui/zoom";
import { useView, type View } from "./context";
import { lookOf } from "./drawing/look";
import { Stage } from "./drawing/stage";
import { listenToGestures } from "./gestures";
import { HoverCard } from "./hover_card";
import { Legend } from "./legend/legend";
import { ClusterNames, Overlay } from "./overlay";
import type { Direction } from "./points/point_grid";
import type { Points } from "./points/points";
import { HELP, mapTitle } from "./state/words";
import { switchTool, Tools, zoomOf } from "./tools";

const HINT_MS = 1600;
const DIRECTIONS: Record<string, Direction> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

export function Body() {
  const { map } = useView();
  const waiting = map.layout.waiting.value || map.colours.waiting.value;
  return (
    <div
      class={`slw-body${waiting ? " slw-waiting" : ""}${map.queryError.value === null ? "" : " slw-stale"}`}
    >
      <div class="slw-progress" aria-hidden="true" />
      <Contents />
    </div>
  );
}

function Contents() {
  const { map } = useView();
  const points = map.layout.points.value;
  if (map.traits.layers.value.length === 0) return <NoLayers />;
  if (points === null && map.layout.waiting.value)
    return (
      <div class="slw-empty" role="status">
        Loading the map …
      </div>
    );
  if (points === null) return <Nothing />;
  if (points.n === 0)
    return (
      <Empty title={`No neurons in ${map.traits.layer.value}`}>
        <p>Choose another layer above.</p>
      </Empty>
    );
  return <MapOf points={points} />;
}

function MapOf({ points }: { points: Points }) {
  const view = useView();
  const { map, id, parts } = view;
  const Card = parts?.Card ?? HoverCard;
  const body = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const hint = useDrawing(view, body, stage, canvas);
  const nowhere = points.grid.items.length === 0;
  return (
    <div
      ref={body}
      class={`slw-map-body slw-tool-${map.tool.value}${map.hover.point.value === null ? "" : " slw-over"}`}
    >
      <div class="slw-map-parts">
        <Legend />
        <div class="slw-map-field">
          <div
            ref={stage}
            class="slw-map-stage"
            role="application"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: the map is worked with the keyboard.
            tabIndex={0}
            aria-label={mapTitle(points)}
            aria-describedby={`${id}help`}
            onKeyDown={(event) => onKey(view, event)}
          >
            {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas without a tab index takes no focus. */}
            <canvas ref={canvas} class="slw-map-canvas" aria-hidden="true" />
            <ClusterNames points={points} />
            <Overlay points={points} />
            <span id={`${id}help`} class="slw-hidden">
              {HELP}
            </span>
          </div>
          <span class="slw-map-accent" aria-hidden="true" />
          <Tools />
          <Card points={points} />
          {hint && <div class="slw-map-hint">Click the map or hold Ctrl to zoom with the wheel</div>}
          {nowhere && (
            <Empty title="None of these neurons has a position">
              <p>They have no examples; choose another layer.</p>
            </Empty>
          )}
        </div>
      </div>
    </div>
  );
}

type ElementRef<Kind extends HTMLElement> = { current: Kind | null };

/** Starts the stage once its elements exist and stops it with them; returns whether to show the hint. */
function useDrawing(
  view: View,
  body: ElementRef<HTMLDivElement>,
  stage: ElementRef<HTMLDivElement>,
  canvas: ElementRef<HTMLCanvasElement>,
): boolean {
  const [hint, setHint] = useState(false);
  useLayoutEffect(() => {
    const life = new AbortController();
    const { signal } = life;
    if (body.current === null || stage.current === null || canvas.current === null) return;
    const { map, look } = view;
    measure(view, stage.current, signal);
    followPage(view, body.current, signal);
    view.stage.current = new Stage({ map, canvas: canvas.current, look, signal });
    let hiding: ReturnType<typeof setTimeout> | undefined;
    const onWheelRefused = () => {
      setHint(true);
      clearTimeout(hiding);
      hiding = setTimeout(() => setHint(false), HINT_MS);
    };
    listenToGestures({ map, element: stage.current, signal, onWheelRefused });
    return () => {
      clearTimeout(hiding);
      life.abort();
      view.stage.current = null;
    };
  }, [view, body, stage, canvas]);
  return hint;
}

function measure({ map }: View, element: HTMLElement, signal: AbortSignal): void {
  const read = () => {
    const { clientWidth: width, clientHeight: height } = element;
    const known = map.sight.size.peek();
    if (known.width !== width || known.height !== height) map.sight.size.value = { width, height };
  };
  const observer = new ResizeObserver(read);
  observer.observe(element);
  signal.addEventListener("abort", () => observer.disconnect());
  read();
}

function followPage({ look }: View, body: HTMLElement, signal: AbortSignal): void {
  const accented = body.querySelector<HTMLElement>(".slw-map-accent");
  const root = body.closest<HTMLElement>(".slw");
  followTheme(
    body,
    () => {
      if (accented === null || root === null) return;
      const seen = lookOf(root, accented);
      if (JSON.stringify(seen) !== JSON.stringify(look.peek())) look.value = seen;
    },
    signal,
  );
}

function onKey(view: View, event: KeyboardEvent): void {
  if (!isPlain(event)) return;
  const { map } = view;
  const active = map.focus.active.peek();
  const onActive = (action: (point: number) => void) => () => {
    if (active !== null) action(active);
  };
  const actions: Record<string, () => void> = {
    Escape: () => map.escape(),
    Enter: onActive((point) => map.hover.pin(point)),
    " ": onActive((point) => map.select(point, "toggle")),
    m: onActive((point) => map.likePoint(point)),
    l: () => switchTool(map, "lasso"),
    b: () => switchTool(map, "box"),
    ...zoomKeys(zoomOf(map)),
    ...view.parts?.keys,
  };
  const direction = DIRECTIONS[event.key];
  const action =
    direction === undefined
      ? actions[event.key.length === 1 ? event.key.toLowerCase() : event.key]
      : () => map.focus.step(direction);
  if (action === undefined) return;
  event.preventDefault();
  action();
}

function Nothing() {
  const { map } = useView();
  return (
    <Empty title="Nothing to show yet">
      <p>The map has not been loaded.</p>
      <Button onClick={() => void map.layout.load()}>Try again</Button>
    </Empty>
  );
}
