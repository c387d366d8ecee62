/** Active point: the one that handles keys, shared with linked views. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type Link, type Neuron, Pointing } from "../../kernel/link";
import { whileAlive } from "../../ui/state/synced";
import type { Sight } from "../camera/sight";
import type { Direction } from "../points/point_grid";
import { hasPlace, neuronOf, type Points, pointOf } from "../points/points";
import { unitsToSteps } from "../points/space";
import type { Hover } from "./hover";
import type { Neurons } from "./neurons";

export interface FocusOptions {
  points: ReadonlySignal<Points | null>;
  sight: Sight;
  hover: Hover;
  neurons: Neurons;
  /** Returns the legend's filter; undefined when it filters nothing. */
  isShown: () => ((point: number) => boolean) | undefined;
  link: Link | undefined;
  lifetime: AbortSignal;
}

export class Focus {
  readonly active: Signal<number | null> = signal(null);
  /** The point under the pointer in a linked view. */
  readonly pointed: ReadonlySignal<number | null>;
  readonly #pointing: Pointing;

  constructor(private readonly options: FocusOptions) {
    const { points, link, lifetime } = options;
    this.#pointing = new Pointing(link);
    this.pointed = computed(() => pointIn(points.value, this.#pointing.hovered.value));
    whileAlive(
      lifetime,
      () => this.#pointOut(),
      () => this.#followVisit(),
    );
  }

  /** Makes a point the active one, here and in linked views. */
  visit(point: number): void {
    const points = this.options.points.peek();
    this.active.value = point;
    if (points !== null) this.#pointing.visit(neuronOf(points, point));
  }

  /** Handles arrow keys: moves to the nearest neighbour; the first key picks the point nearest to the view's centre. */
  step(direction: Direction): void {
    const { sight, isShown } = this.options;
    const points = this.options.points.peek();
    if (points === null) return;
    const { grid, space } = points;
    const from = this.active.peek();
    const { x, y } = sight.camera.peek();
    const next =
      from === null
        ? grid.nearest(unitsToSteps(space, [x, y]), Infinity, isShown())
        : grid.neighbour(from, direction, isShown());
    if (next !== null) this.goTo(points, next);
  }

  /** Moves to a point and brings it into view. */
  goTo(points: Points, point: number): void {
    const { hover, neurons, sight } = this.options;
    this.visit(point);
    if (hover.pinned.peek()) hover.pin(point);
    neurons.want(points, point);
    sight.reveal(points, point);
  }

  #pointOut(): void {
    const points = this.options.points.peek();
    const point = this.options.hover.point.value;
    this.#pointing.hover(points === null || point === null ? null : neuronOf(points, point));
  }

  /** The neuron that the user opened in a linked view. */
  #followVisit(): void {
    const points = this.options.points.peek();
    const point = pointIn(points, this.#pointing.visited.value);
    if (points === null || point === null || !hasPlace(points, point)) return;
    this.active.value = point;
    this.options.sight.reveal(points, point);
  }
}

function pointIn(points: Points | null, neuron: Neuron | null): number | null {
  return points === null || neuron === null ? null : pointOf(points, neuron);
}
