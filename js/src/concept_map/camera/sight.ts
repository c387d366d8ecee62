/** Visible part of the map: the camera now, and the goal that it moves to. */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ConceptMapTraits } from "../../generated/traits";
import { type Synced, whileAlive } from "../../ui/state/synced";
import { type Points, placeOf, samePlaces } from "../points/points";
import { type Point, unitsToSteps } from "../points/space";
import {
  type Camera,
  clamped,
  HOME,
  panned,
  revealing,
  toMap,
  type Viewport,
  viewport,
  zoomedAt,
} from "./camera";

const SAVED_AFTER_MS = 250;

export class Sight {
  readonly camera: Signal<Camera>;
  /** The camera's goal. */
  readonly goal: Signal<Camera | null> = signal(null);
  /** Size of the view in CSS pixels. */
  readonly size: Signal<{ width: number; height: number }> = signal({ width: 0, height: 0 });
  readonly view: ReadonlySignal<Viewport>;
  #saving: ReturnType<typeof setTimeout> | undefined;
  #looked = false;
  #shown: Points | null = null;

  constructor(
    private readonly traits: Synced<ConceptMapTraits>,
    private readonly points: ReadonlySignal<Points | null>,
    lifetime: AbortSignal,
  ) {
    this.camera = signal(fromTrait(traits.signals.camera.peek()));
    this.view = computed(() => {
      const { width, height } = this.size.value;
      return viewport(width, height, points.value?.space ?? { sx: 1, sy: 1 });
    });
    whileAlive(
      lifetime,
      () => this.#followTrait(),
      () => this.#leaveOldPlaces(),
    );
    lifetime.addEventListener("abort", () => clearTimeout(this.#saving));
  }

  /** Moves the camera at once, on the user's behalf. */
  look(camera: Camera): void {
    this.#looked = true;
    this.camera.value = camera;
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => this.traits.write("camera", asTrait(camera)), SAVED_AFTER_MS);
  }

  /** Moves the camera with an animation. */
  flyTo(camera: Camera): void {
    this.goal.value = clamped(camera);
  }

  /** Returns the camera zoomed around a place in the view. */
  zoomed(place: Point, factor: number, from = this.camera.peek()): Camera {
    return zoomedAt(from, this.view.peek(), place, factor);
  }

  /** Returns the camera moved by pixels. */
  panned(dx: number, dy: number): Camera {
    return panned(this.camera.peek(), this.view.peek(), dx, dy);
  }

  /** Brings a point into view with the shortest pan. */
  reveal(points: Points, point: number): void {
    const here = this.camera.peek();
    const there = revealing(here, this.view.peek(), placeOf(points, point));
    if (there.x !== here.x || there.y !== here.y) this.look(there);
  }

  /** Returns the point within a few pixels of a place in the view. */
  pointAt(points: Points, place: Point, pixels: number, accept?: (point: number) => boolean): number | null {
    const camera = this.camera.peek();
    const view = this.view.peek();
    const steps = unitsToSteps(points.space, toMap(camera, view, place));
    return points.grid.nearest(steps, pixels / (view.fit * camera.zoom), accept);
  }

  /** Applies a camera that a cell set. */
  #followTrait(): void {
    const wanted = this.traits.signals.camera.value;
    if (JSON.stringify(wanted) !== JSON.stringify(asTrait(this.camera.peek())))
      this.goal.value = fromTrait(wanted);
  }

  /** Resets the camera: with other positions, the old one means nothing. */
  #leaveOldPlaces(): void {
    const points = this.points.value;
    const before = this.#shown;
    this.#shown = points;
    if (before === null || points === null || !this.#looked) return;
    if (!samePlaces(before, points)) this.goal.value = HOME;
  }
}

function fromTrait([x = 0.5, y = 0.5, zoom = 1]: number[]): Camera {
  return clamped({ x, y, zoom });
}

/** Rounds to the precision that a screen can show. */
function asTrait({ x, y, zoom }: Camera): number[] {
  return [x, y, zoom].map((value) => Number(value.toPrecision(6)));
}
