/**
 * Draws the points whenever something about them has changed, and never otherwise.
 *
 * While the camera or the points move only as many are drawn as keep up with the screen; once they rest, all of them.
 */
import { effect, type Signal, untracked } from "@preact/signals";
import { nextFrame } from "../ui/frame_batch";
import { type Camera, toScreen } from "./camera";
import { CanvasRenderer } from "./canvas_renderer";
import { showsHighest } from "./colouring";
import { FrameBudget } from "./frame_budget";
import { type Look, pointOpacity, pointSize } from "./look";
import { eased } from "./morph";
import { PointDataMaker } from "./point_data";
import type { Frame, MapRenderer, PointData } from "./renderer";
import { contextWorthUsing } from "./shared_context";
import type { ConceptMap } from "./state";
import { WebglRenderer } from "./webgl_renderer";

export interface StageOptions {
  map: ConceptMap;
  canvas: HTMLCanvasElement;
  look: Signal<Look | null>;
  signal: AbortSignal;
}

const MORPH_MS = 500;
const FLIGHT_MS = 350;
/** The map rests when nothing has moved for so long. */
const REST_MS = 120;

interface Movement {
  began: number;
}

export class Stage {
  private readonly renderer: MapRenderer;
  private readonly fallback = new CanvasRenderer();
  private readonly budget = new FrameBudget();
  private readonly maker = new PointDataMaker();
  private data: PointData | null = null;
  private morph: Movement | null = null;
  private flight: (Movement & { from: Camera; to: Camera }) | null = null;
  private requested = false;
  /** A picture is being drawn; the next one waits for it, or they would queue up and trail behind the hand. */
  private drawing = false;
  private again = false;
  private visible = true;
  private movedAt = Number.NEGATIVE_INFINITY;
  private resting: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: StageOptions) {
    const { signal } = options;
    const context = contextWorthUsing();
    this.renderer = context === null ? this.fallback : new WebglRenderer(context);
    const forgetContext = context?.onChange(() => this.request());
    const stops = [
      effect(() => this.takeData()),
      effect(() => this.takeCamera()),
      effect(() => this.takeGoal()),
    ];
    this.watchVisibility();
    signal.addEventListener("abort", () => {
      for (const stop of stops) stop();
      forgetContext?.();
      clearTimeout(this.resting);
      this.renderer.close();
    });
  }

  /** What the last picture was drawn with. */
  get kind(): MapRenderer["kind"] {
    return this.renderer.kind;
  }

  /** Draws all points as they are now on another canvas, `scale` times as large as on the screen. */
  drawOn(canvas: HTMLCanvasElement, scale: number): void {
    const target = canvas.getContext("2d");
    if (target === null || this.data === null) return;
    this.paint(target, canvas.width, canvas.height, scale, this.data.n);
  }

  /** Points, colours, filter, selection or page have changed. */
  private takeData(): void {
    const { map, look } = this.options;
    const points = map.layout.points.value;
    const colouring = map.colours.colouring.value;
    const filter = map.filter.value;
    const selected = map.chosen.points.value;
    const page = look.value;
    if (points === null || page === null) return;
    untracked(() => {
      const before = this.data;
      this.data = this.maker.make({ points, colouring, filter, selected, page }, !prefersStillness());
      const isNew = this.data.xy !== before?.xy;
      if (isNew) this.morph = this.data.start === null ? null : { began: performance.now() };
      else if (this.morph === null) this.data = { ...this.data, start: null };
      this.request();
    });
  }

  private takeCamera(): void {
    const { map } = this.options;
    void map.camera.value;
    void map.view.value;
    this.movedAt = performance.now();
    this.request();
  }

  private takeGoal(): void {
    const { map } = this.options;
    const to = map.goal.value;
    if (to === null) return;
    const from = map.camera.peek();
    this.flight = { began: performance.now() - (prefersStillness() ? FLIGHT_MS : 0), from, to };
    this.request();
  }

  private request(): void {
    if (!this.visible || this.options.signal.aborted) return;
    this.again = this.drawing;
    if (this.requested || this.drawing) return;
    this.requested = true;
    nextFrame(() => {
      this.requested = false;
      if (!this.options.signal.aborted) this.frame();
    });
  }

  private frame(): void {
    const now = performance.now();
    this.fly(now);
    const { canvas, map } = this.options;
    const { width, height } = map.view.peek();
    if (this.data === null || width === 0 || height === 0) return;
    const scale = fitCanvas(canvas, width, height);
    const target = canvas.getContext("2d");
    if (target === null) return;
    const morphing = this.isMorphing(now);
    const moving = morphing || this.flight !== null || now - this.movedAt < REST_MS;
    const count = moving ? this.budget.take(this.data.n) : this.data.n;
    this.paint(target, canvas.width, canvas.height, scale, count);
    this.drawing = true;
    this.renderer.whenDrawn(() => {
      this.drawing = false;
      if (moving) this.budget.observe(count, performance.now() - now);
      if (this.again || morphing || this.flight !== null) this.request();
    });
    if (!moving) return;
    clearTimeout(this.resting);
    if (count < this.data.n) this.resting = setTimeout(() => this.request(), REST_MS + 10);
  }

  private paint(
    target: CanvasRenderingContext2D,
    width: number,
    height: number,
    scale: number,
    count: number,
  ): void {
    if (this.data === null) return;
    const frame = this.describe(width, height, scale, count);
    if (!this.renderer.draw(target, this.data, frame)) this.fallback.draw(target, this.data, frame);
  }

  private describe(width: number, height: number, scale: number, count: number): Frame {
    const { map, look } = this.options;
    const camera = map.camera.peek();
    const view = map.view.peek();
    const [x, y] = toScreen(camera, view, [0.5, 0.5]);
    const n = this.data?.n ?? 0;
    const colouring = map.colours.colouring.peek();
    return {
      width,
      height,
      centre: [x * scale, y * scale],
      scale: view.fit * camera.zoom * scale,
      count,
      size: pointSize(n, camera.zoom, view.width, view.height) * scale,
      opacity: pointOpacity(n, camera.zoom),
      arrived: this.morph === null ? 1 : eased((performance.now() - this.morph.began) / MORPH_MS),
      // What answers a query must not lie hidden; of most else the top of the heap is a fair sample.
      highOnTop: colouring !== null && showsHighest(colouring),
      accent: look.peek()?.accent ?? [0, 0, 0],
      background: look.peek()?.background ?? [255, 255, 255],
    };
  }

  private isMorphing(now: number): boolean {
    if (this.morph === null || this.data === null) return false;
    if (now - this.morph.began < MORPH_MS) return true;
    this.morph = null;
    this.data = { ...this.data, start: null };
    return false;
  }

  private fly(now: number): void {
    if (this.flight === null) return;
    const { map } = this.options;
    const { began, from, to } = this.flight;
    // Somebody has taken the camera in hand.
    if (map.goal.peek() !== to) {
      this.flight = null;
      return;
    }
    const share = eased((now - began) / FLIGHT_MS);
    if (share >= 1) {
      this.flight = null;
      map.goal.value = null;
    }
    const between = (a: number, b: number) => a + (b - a) * share;
    const zoom = from.zoom * (to.zoom / from.zoom) ** share;
    map.look({ x: between(from.x, to.x), y: between(from.y, to.y), zoom });
  }

  /** A map that is scrolled away is not drawn until it comes back. */
  private watchVisibility(): void {
    const observer = new IntersectionObserver((entries) => {
      this.visible = entries.at(-1)?.isIntersecting ?? true;
      this.request();
    });
    observer.observe(this.options.canvas);
    this.options.signal.addEventListener("abort", () => observer.disconnect());
  }
}

/** Makes the canvas as sharp as the screen, never larger than it; the answer is its pixels per CSS pixel. */
function fitCanvas(canvas: HTMLCanvasElement, width: number, height: number): number {
  const wanted = globalThis.devicePixelRatio || 1;
  const most = Math.max(1024, screen.width, screen.height) * wanted;
  const scale = Math.min(wanted, most / Math.max(width, height), 8192 / Math.max(width, height));
  const pixels = [Math.round(width * scale), Math.round(height * scale)] as const;
  if (canvas.width !== pixels[0]) canvas.width = pixels[0];
  if (canvas.height !== pixels[1]) canvas.height = pixels[1];
  return scale;
}

function prefersStillness(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
