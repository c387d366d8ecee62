/** Shapes that select points: a freehand line or a box. */
import type { Point } from "./space";

/** Minimum distance in pixels between corners of a line. */
const NEAR = 3;
const MAX_CORNERS = 200;

/** Appends a corner to the line unless it is too close to the last. */
export function extended(line: readonly Point[], place: Point): readonly Point[] {
  const last = line.at(-1);
  if (last !== undefined && Math.hypot(place[0] - last[0], place[1] - last[1]) < NEAR) return line;
  return [...line, place];
}

export function box(a: Point, b: Point): readonly Point[] {
  return [a, [b[0], a[1]], b, [a[0], b[1]]];
}

/** Simplifies to at most 200 corners, dropping those that turn least. */
export function simplified(line: readonly Point[], corners = MAX_CORNERS): readonly Point[] {
  let tolerance = 0.5;
  let kept = line;
  while (kept.length > corners) {
    kept = straightened(line, tolerance);
    tolerance *= 2;
  }
  return kept;
}

/** Returns whether a place is inside (even-odd: an area enclosed twice is outside). */
export function contains(polygon: readonly Point[], [x, y]: Point): boolean {
  let inside = false;
  let [x1, y1] = polygon.at(-1) ?? [0, 0];
  for (const [x2, y2] of polygon) {
    if (y1 > y !== y2 > y && x < ((x1 - x2) * (y - y2)) / (y1 - y2) + x2) inside = !inside;
    x1 = x2;
    y1 = y2;
  }
  return inside;
}

/** Returns whether a shape is so small that it was an accidental drag. */
export function isTiny(polygon: readonly Point[], pixels = 6): boolean {
  const span = (values: number[]) => Math.max(...values) - Math.min(...values);
  if (polygon.length < 3) return true;
  return Math.max(span(polygon.map(([x]) => x)), span(polygon.map(([, y]) => y))) < pixels;
}

/** Simplifies a line (Douglas and Peucker, 1973): drops corners closer than `tolerance` to the simplified line. */
function straightened(line: readonly Point[], tolerance: number): readonly Point[] {
  const kept = new Set([0, line.length - 1]);
  const stretches: [number, number][] = [[0, line.length - 1]];
  for (let stretch = stretches.pop(); stretch !== undefined; stretch = stretches.pop()) {
    const [first, last] = stretch;
    const { corner, distance } = furthest(line, first, last);
    if (distance <= tolerance) continue;
    kept.add(corner);
    stretches.push([first, corner], [corner, last]);
  }
  return line.filter((_, i) => kept.has(i));
}

function furthest(line: readonly Point[], first: number, last: number): { corner: number; distance: number } {
  const [ax, ay] = line[first] ?? [0, 0];
  const [bx, by] = line[last] ?? [0, 0];
  const length = Math.hypot(bx - ax, by - ay);
  let found = { corner: first, distance: -1 };
  for (let i = first + 1; i < last; i++) {
    const [x, y] = line[i] ?? [0, 0];
    const across = Math.abs((bx - ax) * (y - ay) - (by - ay) * (x - ax));
    const distance = length === 0 ? Math.hypot(x - ax, y - ay) : across / length;
    if (distance > found.distance) found = { corner: i, distance };
  }
  return found;
}
