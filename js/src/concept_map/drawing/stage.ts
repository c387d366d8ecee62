/**
 * Stage: redraws the points when their state changes, and only then.
 *
 * While the camera or the points move, it draws only as many points as keep up with the screen; at rest, all of them.
 */
import { effect, type Signal, untracked } from "@preact/signals";
import { nextFrame } from "../../kernel/frame";
import type { ConceptMap } from "../state/state";
import { fitCanvas } from "./canvas/fit_canvas";
import { Flight } from "./flight";
import { FrameBudget } from "./frame_budget";
import type { Look } from "./look";
import { Scene } from "./scene";
import { contextWorthUsing } from "./webgl/shared_context";

interface StageOptions {
  map: ConceptMap;
  canvas: HTMLCanvasElement;
  look: Signal<Look | null>;
  signal: AbortSignal;
}

/** Milliseconds without movement after which the map rests. */
const REST_MS = 120;

export class Stage {
  readonly #scene: Scene;
  readonly #flight: Flight;
  readonly #budget = new FrameBudget();
  #requested = false;
  /** True while a picture is being drawn; the next waits for it, or pictures would queue up and lag. */
  #drawing = false;
  #again = false;
  #visible = true;
  #movedAt = Number.NEGATIVE_INFINITY;
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: StageOptions) {
    const { map, look, signal } = options;
    const context = contextWorthUsing();
    this.#scene = new Scene(map, look, context);
    this.#flight = new Flight(map.sight);
    const forgetContext = context?.onChange(() => this.#request());
    const stops = [
      effect(() => this.#takeData()),
      effect(() => this.#takeCamera()),
      effect(() => this.#takeGoal()),
    ];
    this.#watchVisibility();
    signal.addEventListener("abort", () => {
      for (const stop of stops) stop();
      forgetContext?.();
      clearTimeout(this.#resting);
      this.#scene.renderer.close();
    });
  }

  /** Draws all points on another canvas, at `scale` times the size on the screen. */
  drawOn(canvas: HTMLCanvasElement, scale: number): void {
    const target = canvas.getContext("2d");
    if (target !== null) this.#scene.paint({ target, scale });
  }

  /** Requests a redraw after a change of points, colours, filter, selection or theme. */
  #takeData(): void {
    const { map, look } = this.options;
    const points = map.layout.points.value;
    const colouring = map.colours.colouring.value;
    const filter = map.filter.value;
    const selected = map.selection.points.value;
    const page = look.value;
    if (points === null || page === null) return;
    untracked(() => {
      this.#scene.take({ points, colouring, filter, selected, page });
      this.#request();
    });
  }

  #takeCamera(): void {
    const { sight } = this.options.map;
    void sight.camera.value;
    void sight.view.value;
    this.#movedAt = performance.now();
    this.#request();
  }

  #takeGoal(): void {
    const to = this.options.map.sight.goal.value;
    if (to === null) return;
    this.#flight.begin(to);
    this.#request();
  }

  #request(): void {
    if (!this.#visible || this.options.signal.aborted) return;
    this.#again = this.#drawing;
    if (this.#requested || this.#drawing) return;
    this.#requested = true;
    nextFrame(() => {
      this.#requested = false;
      if (!this.options.signal.aborted) this.#frame();
    });
  }

  #frame(): void {
    const { canvas, map } = this.options;
    const scene = this.#scene;
    const flight = this.#flight;
    const now = performance.now();
    flight.step(now);
    const { width, height } = map.sight.view.peek();
    const target = canvas.getContext("2d");
    if (!scene.ready || width === 0 || height === 0 || target === null) return;
    const morphing = scene.isMorphing(now);
    const moving = morphing || flight.underWay || now - this.#movedAt < REST_MS;
    const count = moving ? this.#budget.take(scene.n) : scene.n;
    scene.paint({ target, scale: fitCanvas(canvas, width, height) }, count);
    this.#drawing = true;
    scene.renderer.whenDrawn(() => {
      this.#drawing = false;
      if (moving) this.#budget.observe(count, performance.now() - now);
      if (this.#again || morphing || flight.underWay) this.#request();
    });
    if (!moving) return;
    clearTimeout(this.#resting);
    if (count < scene.n) this.#resting = setTimeout(() => this.#request(), REST_MS + 10);
  }

  /** Suspends drawing while the map is scrolled out of view. */
  #watchVisibility(): void {
    const observer = new IntersectionObserver((entries) => {
      this.#visible = entries.at(-1)?.isIntersecting ?? true;
      this.#request();
    });
    observer.observe(this.options.canvas);
    this.options.signal.addEventListener("abort", () => observer.disconnect());
  }
}
