/** Where the user looks: the part of the map that is on the screen, and where that is on its way to. */

import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Synced } from "../../ui/synced";
import { type Points, placeOf, samePlaces } from "../points/points";
import { type Point, unitsToSteps } from "../points/space";
import type { ConceptMapTraits } from "../state/protocol";
import { type Camera, clamped, HOME, revealing, toMap, type Viewport, viewport } from "./camera";

const SAVED_AFTER_MS = 250;

export class Sight {
  readonly camera: Signal<Camera>;
  /** Where the camera is on its way to. */
  readonly goal: Signal<Camera | null> = signal(null);
  /** The size of the view in CSS pixels. */
  readonly size: Signal<{ width: number; height: number }> = signal({ width: 0, height: 0 });
  readonly view: ReadonlySignal<Viewport>;
  private saving: ReturnType<typeof setTimeout> | undefined;
  private looked = false;
  private shown: Points | null = null;

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
    const stops = [effect(() => this.followTrait()), effect(() => this.leaveOldPlaces())];
    lifetime.addEventListener("abort", () => {
      for (const stop of stops) stop();
      clearTimeout(this.saving);
    });
  }

  /** Looks elsewhere, because the user did so. */
  look(camera: Camera): void {
    this.looked = true;
    this.camera.value = camera;
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.traits.write("camera", asTrait(camera)), SAVED_AFTER_MS);
  }

  /** Looks elsewhere, on the way there showing how to get there. */
  flyTo(camera: Camera): void {
    this.goal.value = clamped(camera);
  }

  /** Brings a point into view, with the least move that does so. */
  reveal(points: Points, point: number): void {
    const here = this.camera.peek();
    const there = revealing(here, this.view.peek(), placeOf(points, point));
    if (there.x !== here.x || there.y !== here.y) this.look(there);
  }

  /** The point under a place of the view, within a few pixels. */
  pointAt(points: Points, place: Point, pixels: number, accept?: (point: number) => boolean): number | null {
    const camera = this.camera.peek();
    const view = this.view.peek();
    const steps = unitsToSteps(points.space, toMap(camera, view, place));
    return points.grid.nearest(steps, pixels / (view.fit * camera.zoom), accept);
  }

  /** A camera that a cell has set. */
  private followTrait(): void {
    const wanted = this.traits.signals.camera.value;
    if (JSON.stringify(wanted) !== JSON.stringify(asTrait(this.camera.peek())))
      this.goal.value = fromTrait(wanted);
  }

  /** Points have moved: where one looked means nothing now. */
  private leaveOldPlaces(): void {
    const points = this.points.value;
    const before = this.shown;
    this.shown = points;
    if (before === null || points === null || !this.looked) return;
    if (!samePlaces(before, points)) this.goal.value = HOME;
  }
}

function fromTrait([x = 0.5, y = 0.5, zoom = 1]: number[]): Camera {
  return clamped({ x, y, zoom });
}

/** As many digits as a screen can tell apart. */
function asTrait({ x, y, zoom }: Camera): number[] {
  return [x, y, zoom].map((value) => Number(value.toPrecision(6)));
}
