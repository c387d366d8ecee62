/** Pointer and wheel gestures. The page keeps its scrolling until the map has the focus or Ctrl is held. */
import { wheelZoom } from "../ui/zoom";
import { toMap } from "./camera/camera";
import { box, extended, isTiny } from "./points/lasso";
import type { Point } from "./points/space";
import type { SelectMode } from "./state/selection";
import type { ConceptMap, Tool } from "./state/state";

interface GestureOptions {
  map: ConceptMap;
  element: HTMLElement;
  signal: AbortSignal;
  /** Called when the wheel scrolled the page and not the map. */
  onWheelRefused: () => void;
}

/** A press that moves less than this many pixels is a click. */
const CLICK = 4;

interface Drag {
  began: Point;
  last: Point;
  tool: Tool;
  mode: SelectMode;
  moved: boolean;
}

export function listenToGestures(options: GestureOptions): void {
  const gestures = new Gestures(options);
  const { element, signal } = options;
  const listen = <Name extends keyof HTMLElementEventMap>(
    name: Name,
    handle: (event: HTMLElementEventMap[Name]) => void,
  ) => element.addEventListener(name, handle, { signal, passive: name !== "wheel" });
  listen("pointerdown", (event) => gestures.press(event));
  listen("pointermove", (event) => gestures.move(event));
  listen("pointerup", (event) => gestures.release(event));
  listen("pointercancel", (event) => gestures.cancel(event));
  listen("pointerleave", () => options.map.hover.over(null));
  listen("dblclick", (event) => gestures.doubleClick(event));
  listen("wheel", (event) => gestures.wheel(event));
}

class Gestures {
  readonly #fingers = new Map<number, Point>();
  #drag: Drag | null = null;

  constructor(private readonly options: GestureOptions) {}

  press(event: PointerEvent): void {
    if (event.button !== 0) return;
    const { map, element } = this.options;
    const place = this.#placeOf(event);
    this.#fingers.set(event.pointerId, place);
    if (this.#fingers.size > 1) {
      this.#drag = null;
      map.line.value = [];
      return;
    }
    element.setPointerCapture(event.pointerId);
    const tool = event.shiftKey && map.tool.peek() === "pan" ? "lasso" : map.tool.peek();
    const mode = event.ctrlKey || event.metaKey || event.shiftKey ? "add" : "only";
    this.#drag = { began: place, last: place, tool, mode, moved: false };
    map.sight.goal.value = null;
  }

  move(event: PointerEvent): void {
    const place = this.#placeOf(event);
    const before = this.#fingers.get(event.pointerId);
    if (this.#fingers.size > 1 && before !== undefined) this.#pinch(event.pointerId, before, place);
    else if (this.#drag !== null) this.#dragTo(this.#drag, place, event.pointerId);
    else if (event.pointerType !== "touch") this.options.map.hover.over(this.options.map.pointAt(place));
  }

  release(event: PointerEvent): void {
    const drag = this.#drag;
    const { map } = this.options;
    this.cancel(event);
    if (drag === null) return;
    if (!drag.moved) this.#click(this.#placeOf(event), event);
    const line = map.line.peek();
    map.line.value = [];
    if (drag.tool === "pan" || !drag.moved || isTiny(line)) return;
    const corners = line.map((corner) => toMap(map.sight.camera.peek(), map.sight.view.peek(), corner));
    map.selection.lasso(corners, drag.mode);
  }

  cancel(event: PointerEvent): void {
    this.#fingers.delete(event.pointerId);
    this.#drag = null;
  }

  doubleClick(event: MouseEvent): void {
    const { map } = this.options;
    const place = this.#placeOf(event);
    const point = map.pointAt(place);
    if (point !== null) map.hover.pin(point);
    else map.sight.flyTo(map.sight.zoomed(place, event.shiftKey ? 0.5 : 2));
  }

  wheel(event: WheelEvent): void {
    const { map, element, onWheelRefused } = this.options;
    if (!event.ctrlKey && !event.metaKey && !element.matches(":focus-within")) {
      onWheelRefused();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    map.sight.goal.value = null;
    map.sight.look(map.sight.zoomed(this.#placeOf(event), wheelZoom(event)));
  }

  #dragTo(drag: Drag, place: Point, finger: number): void {
    drag.moved ||= distance(place, drag.began) > CLICK;
    if (drag.moved) this.#pull(drag, place);
    drag.last = place;
    this.#fingers.set(finger, place);
  }

  #pull(drag: Drag, place: Point): void {
    const { map } = this.options;
    map.hover.over(null);
    if (drag.tool === "lasso") map.line.value = extended(map.line.peek(), place);
    else if (drag.tool === "box") map.line.value = box(drag.began, place);
    else {
      map.sight.look(map.sight.panned(place[0] - drag.last[0], place[1] - drag.last[1]));
    }
  }

  #pinch(finger: number, before: Point, now: Point): void {
    const other = [...this.#fingers].find(([id]) => id !== finger)?.[1];
    this.#fingers.set(finger, now);
    if (other === undefined) return;
    const { map } = this.options;
    const factor = distance(now, other) / Math.max(1, distance(before, other));
    const middle: Point = [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2];
    const moved = map.sight.panned((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
    map.sight.look(map.sight.zoomed(middle, factor, moved));
  }

  #click(place: Point, event: PointerEvent): void {
    const { map } = this.options;
    const point = map.pointAt(place, event.pointerType === "touch" ? 24 : 14);
    const adds = event.ctrlKey || event.metaKey || event.shiftKey;
    if (point !== null) {
      map.select(point, adds ? "toggle" : "only");
      if (event.pointerType === "touch") map.hover.pin(point);
    } else if (!adds) {
      map.hover.close();
      map.focus.active.value = null;
      map.selection.clear();
    }
  }

  #placeOf(event: MouseEvent): Point {
    const { left, top } = this.options.element.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }
}

function distance([x1, y1]: Point, [x2, y2]: Point): number {
  return Math.hypot(x2 - x1, y2 - y1);
}
