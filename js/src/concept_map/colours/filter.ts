/** Filter set in the legend, and the state bits of every point. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { whileAlive } from "../../ui/state/synced";
import { HOLLOW, NO_KIND, type Points } from "../points/points";
import { NOWHERE } from "../points/space";
import type { Colouring } from "./colouring";

/** Kinds that are switched off, or the range of numbers that passes; `NO_KIND` stands for "no value". */
export type Filter =
  | { by: "kind"; hidden: ReadonlySet<number> }
  | { by: "range"; from: number; to: number }
  | null;

/** Bits of a point's state. */
export const FADED = 1;
export const SELECTED = 2;
export const PLACELESS = 4;

export function passes(colouring: Colouring, filter: Filter, point: number): boolean {
  if (filter === null) return true;
  const value = colouring.values[point] ?? Number.NaN;
  if (filter.by === "kind") return colouring.kind !== "category" || !filter.hidden.has(value);
  return colouring.kind === "category" || (value >= filter.from && value <= filter.to);
}

/** Returns a predicate for points that pass; undefined when all do. */
export function letThrough(
  filter: Filter,
  colouring: Colouring | null,
): ((point: number) => boolean) | undefined {
  if (filter === null || colouring === null) return undefined;
  return (point) => passes(colouring, filter, point);
}

/** Makes the filter of a map; a new colouring resets it. */
export function filterOf(colouring: ReadonlySignal<Colouring | null>, lifetime: AbortSignal): Signal<Filter> {
  const filter = signal<Filter>(null);
  let before = "";
  whileAlive(lifetime, () => {
    const now = colouring.value;
    const key = `${now?.encoding} ${now?.query} ${now?.values.length} ${now?.legend.length}`;
    if (key !== before) filter.value = null;
    before = key;
  });
  return filter;
}

/** Returns the filter as a value of `Undo`: that it goes with the colours it was made for is no step of the user's. */
export function watchedFilter(filter: Signal<Filter>, colouring: ReadonlySignal<Colouring | null>) {
  let madeFor: Colouring | null = null;
  return {
    read: () => {
      if (filter.value !== null) madeFor = colouring.peek();
      return filter.value;
    },
    write: (value: Filter) => {
      filter.value = value;
    },
    isReset: (value: unknown) => value === null && madeFor !== colouring.peek(),
  };
}

/** Returns the state bits of every point. */
export function pointStates(
  points: Points,
  colouring: Colouring | null,
  filter: Filter,
  selected: Iterable<number>,
): Uint8Array {
  const states = new Uint8Array(points.n);
  for (let point = 0; point < points.n; point++) {
    if (points.xy[2 * point] === NOWHERE) states[point] = PLACELESS;
    else if (filter !== null && colouring !== null && !passes(colouring, filter, point))
      states[point] = FADED;
  }
  for (const { hollow, start, count } of points.layers)
    for (let point = start; hollow && point < start + count; point++)
      states[point] = (states[point] as number) | HOLLOW;
  points.change?.states.forEach((bits, point) => {
    states[point] = (states[point] as number) | bits;
  });
  for (const point of selected) states[point] = (states[point] ?? 0) | SELECTED;
  return states;
}

/** Toggles a kind; null when none is switched off any more. */
export function toggled(filter: Filter, kind: number): Filter {
  const hidden = new Set(filter?.by === "kind" ? filter.hidden : []);
  if (!hidden.delete(kind)) hidden.add(kind);
  return hidden.size === 0 ? null : { by: "kind", hidden };
}

/** Shows one kind alone; all again when it already is alone. */
export function only(filter: Filter, kind: number, nKinds: number): Filter {
  const all = [...Array(nKinds).keys(), NO_KIND];
  const hidden = new Set(all.filter((other) => other !== kind));
  const isAlready =
    filter?.by === "kind" && all.every((other) => filter.hidden.has(other) === hidden.has(other));
  return isAlready ? null : { by: "kind", hidden };
}

/** Passes numbers between two bounds; null when that is all of them. */
export function ranged({ low, high }: Colouring, from: number, to: number): Filter {
  if (from <= low && to >= high) return null;
  return { by: "range", from: Math.min(from, to), to: Math.max(from, to) };
}
