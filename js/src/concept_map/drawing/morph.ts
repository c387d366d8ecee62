/** Start positions of a new map's points: their own on the old map, or those of points near there. */
import { hasPlace, type Points } from "../points/points";
import { NOWHERE, stepsToUnits, unitsToSteps } from "../points/space";

/**
 * Returns the start positions of the points of `fresh`, in its own steps. A component of the old map starts where it
 * was, or where its change says. Others start at old points taken in the same order, row by row over the map: the crowd moves little, and the
 * movement of single points carries no meaning.
 */
export function startPlaces(old: Points, fresh: Points): Uint16Array {
  const start = fresh.xy.slice();
  const known = new Uint8Array(fresh.n);
  for (const layer of fresh.layers) {
    const before = old.layers.find(({ name }) => name === layer.name);
    const both = Math.min(before?.count ?? 0, layer.count);
    for (let k = 0; k < both; k++) {
      move(old, (before?.start ?? 0) + k, fresh, layer.start + k, start);
      known[layer.start + k] = 1;
    }
  }
  fresh.change?.origin.forEach((from, point) => {
    if (from >= 0) move(old, from, fresh, point, start);
  });
  const strangers = fresh.grid.items.filter((point) => known[point] === 0);
  const crowd = old.grid.items;
  if (crowd.length === 0) return start;
  strangers.forEach((point, i) => {
    const stand = crowd[Math.floor((i * crowd.length) / strangers.length)] ?? 0;
    move(old, stand, fresh, point, start);
  });
  return start;
}

function move(old: Points, from: number, fresh: Points, to: number, start: Uint16Array): void {
  if (!hasPlace(old, from)) return;
  const place = stepsToUnits(old.space, [old.xy[2 * from] ?? 0, old.xy[2 * from + 1] ?? 0]);
  const [x, y] = unitsToSteps(fresh.space, place);
  // The old map may have been wider: its points then enter from the edge.
  start[2 * to] = Math.min(NOWHERE - 1, Math.max(0, Math.round(x)));
  start[2 * to + 1] = Math.min(NOWHERE - 1, Math.max(0, Math.round(y)));
}

/** Eases in and out. */
export function eased(share: number): number {
  const t = Math.min(1, Math.max(0, share));
  return t * t * (3 - 2 * t);
}

/** Returns whether the reader prefers reduced motion. */
export function prefersStillness(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
