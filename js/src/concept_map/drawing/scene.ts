/** Scene: the points at this moment, drawn on any canvas while they morph from the previous map to this one. */
import type { Signal } from "@preact/signals";
import { toScreen } from "../camera/camera";
import { onTop } from "../colours/colouring";
import type { ConceptMap } from "../state/state";
import { CanvasRenderer } from "./canvas/canvas_renderer";
import { type Look, pointOpacity, pointSize } from "./look";
import { eased, prefersStillness } from "./morph";
import { type Drawn, PointDataMaker } from "./point_data";
import type { Frame, MapRenderer, PointData } from "./renderer";
import type { SharedContext } from "./webgl/shared_context";
import { WebglRenderer } from "./webgl/webgl_renderer";

const MORPH_MS = 500;

/** A canvas and its pixels per CSS pixel. */
interface Sheet {
  target: CanvasRenderingContext2D;
  scale: number;
}

export class Scene {
  readonly renderer: MapRenderer;
  readonly #fallback = new CanvasRenderer();
  readonly #maker = new PointDataMaker();
  #data: PointData | null = null;
  /** Start time of the morph; null when it is over. */
  #departed: number | null = null;

  constructor(
    private readonly map: ConceptMap,
    private readonly look: Signal<Look | null>,
    context: SharedContext | null,
  ) {
    this.renderer = context === null ? this.#fallback : new WebglRenderer(context);
  }

  /** Returns whether there are points to draw. */
  get ready(): boolean {
    return this.#data !== null;
  }

  /** Number of points. */
  get n(): number {
    return this.#data?.n ?? 0;
  }

  take(drawn: Drawn): void {
    const before = this.#data;
    const data = this.#maker.make(drawn, !prefersStillness());
    if (data.xy !== before?.xy) this.#departed = data.start === null ? null : performance.now();
    this.#data = this.#departed === null ? { ...data, start: null } : data;
  }

  isMorphing(now: number): boolean {
    if (this.#departed === null || this.#data === null) return false;
    if (now - this.#departed < MORPH_MS) return true;
    this.#departed = null;
    this.#data = { ...this.#data, start: null };
    return false;
  }

  /** Draws the first `count` points. */
  paint({ target, scale }: Sheet, count = this.n): void {
    if (this.#data === null) return;
    const frame = this.#describe({ target, scale }, count);
    if (!this.renderer.draw(target, this.#data, frame)) this.#fallback.draw(target, this.#data, frame);
  }

  #describe({ target: { canvas }, scale }: Sheet, count: number): Frame {
    const { sight, colours } = this.map;
    const camera = sight.camera.peek();
    const view = sight.view.peek();
    const [x, y] = toScreen(camera, view, [0.5, 0.5]);
    const colouring = colours.colouring.peek();
    return {
      width: canvas.width,
      height: canvas.height,
      centre: [x * scale, y * scale],
      scale: view.fit * camera.zoom * scale,
      count,
      size: pointSize(this.n, camera.zoom, view.width, view.height) * scale,
      opacity: pointOpacity(this.n, camera.zoom),
      arrived: this.#departed === null ? 1 : eased((performance.now() - this.#departed) / MORPH_MS),
      // High alignments must not lie hidden, nor the few that are lost or gained.
      onTop: colouring === null ? 0 : onTop(colouring),
      accent: this.look.peek()?.accent ?? [0, 0, 0],
      background: this.look.peek()?.background ?? [255, 255, 255],
    };
  }
}
