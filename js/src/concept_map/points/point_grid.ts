/**
 * Uniform grid over the points, for nearest-point and polygon queries.
 *
 * Cells are squares with a power of two as their side, so that a point's cell is two shifts. A counting sort lists the
 * points by cell.
 */
import type { MapSpace, Point } from "./space";
import { NOWHERE } from "./space";

type Accept = (point: number) => boolean;
export type Direction = "left" | "right" | "up" | "down";

const POINTS_PER_CELL = 3;
const MAX_BITS = 9;
const everything: Accept = () => true;

export class PointGrid {
  /** Points by cell, row by row, without those that have no position. */
  readonly items: Uint32Array;
  readonly #starts: Uint32Array;
  readonly #bits: number;
  readonly #shift: number;
  readonly #stepX: number;
  readonly #stepY: number;

  /** `xy`: x and y of every point as integers; `space` says how long a step is in each direction. */
  constructor(
    private readonly xy: Uint16Array,
    { sx, sy }: Pick<MapSpace, "sx" | "sy">,
  ) {
    const n = xy.length / 2;
    this.#bits = Math.min(MAX_BITS, Math.max(0, Math.round(Math.log2(Math.max(1, n / POINTS_PER_CELL)) / 2)));
    this.#shift = 16 - this.#bits;
    this.#stepX = sx;
    this.#stepY = sy;
    const starts = new Uint32Array((1 << (2 * this.#bits)) + 1);
    for (let i = 0; i < n; i++) if (!this.#isNowhere(i)) bump(starts, this.#cellOf(i) + 1);
    for (let cell = 1; cell < starts.length; cell++) starts[cell] = at(starts, cell) + at(starts, cell - 1);
    this.items = new Uint32Array(at(starts, starts.length - 1));
    const next = starts.slice();
    for (let i = 0; i < n; i++) {
      if (this.#isNowhere(i)) continue;
      const cell = this.#cellOf(i);
      this.items[at(next, cell)] = i;
      bump(next, cell);
    }
    this.#starts = starts;
  }

  /** Returns the point nearest to a place (in steps) within `radius` (in map units), ties to the lowest; else null. */
  nearest(place: Point, radius: number, accept: Accept = everything): number | null {
    const [x, y] = place;
    const far = radius * radius;
    return this.#search(place, radius, (point) => {
      const distance = this.#squared(point, x, y);
      return distance <= far && accept(point) ? distance : Infinity;
    });
  }

  /** Returns the nearest point within 45 degrees of a direction; left and right also step through coincident points. */
  neighbour(from: number, direction: Direction, accept: Accept = everything): number | null {
    const x = at(this.xy, 2 * from);
    const y = at(this.xy, 2 * from + 1);
    return this.#search([x, y], Infinity, (point) => {
      if (point === from || !accept(point)) return Infinity;
      const dx = (at(this.xy, 2 * point) - x) * this.#stepX;
      const dy = (at(this.xy, 2 * point + 1) - y) * this.#stepY;
      if (dx === 0 && dy === 0) return follows(direction, point - from) ? 0 : Infinity;
      return leads(direction, dx, dy) ? this.#squared(point, x, y) : Infinity;
    });
  }

  /** Returns all points inside a polygon whose corners are in steps. */
  inside(
    polygon: readonly Point[],
    contains: (polygon: readonly Point[], place: Point) => boolean,
  ): number[] {
    const found: number[] = [];
    if (polygon.length < 3) return found;
    const [low, high] = this.#cellsAround(polygon);
    for (let row = low[1]; row <= high[1]; row++) {
      for (let column = low[0]; column <= high[0]; column++) {
        this.#eachOf(column, row, (point) => {
          if (contains(polygon, [at(this.xy, 2 * point), at(this.xy, 2 * point + 1)])) found.push(point);
        });
      }
    }
    return found;
  }

  /**
   * Searches rings of cells around a place until no further ring can hold a nearer point. From outside the grid it
   * starts at the nearest cell, which is no further from any point than the place itself.
   */
  #search([x, y]: Point, radius: number, cost: (point: number) => number): number | null {
    const last = (1 << this.#bits) - 1;
    const column = this.#cellCoordinate(x);
    const row = this.#cellCoordinate(y);
    const cell = (Math.min(this.#stepX, this.#stepY) * (1 << this.#shift)) / 65534;
    let best: number | null = null;
    let lowest = Infinity;
    for (let ring = 0; ring <= last + 1; ring++) {
      const reached = (ring - 1) * cell;
      if (ring > 1 && (reached > radius || reached * reached > lowest)) break;
      this.#ring(column, row, ring, (point) => {
        const now = cost(point);
        if (now < lowest || (now === lowest && best !== null && point < best)) {
          lowest = now;
          best = point;
        }
      });
    }
    return best;
  }

  #ring(column: number, row: number, ring: number, visit: (point: number) => void): void {
    for (let dy = -ring; dy <= ring; dy++) {
      const step = Math.abs(dy) === ring ? 1 : 2 * ring;
      for (let dx = -ring; dx <= ring; dx += step || 1) this.#eachOf(column + dx, row + dy, visit);
    }
  }

  #eachOf(column: number, row: number, visit: (point: number) => void): void {
    const side = 1 << this.#bits;
    if (column < 0 || row < 0 || column >= side || row >= side) return;
    const cell = row * side + column;
    for (let k = at(this.#starts, cell); k < at(this.#starts, cell + 1); k++) visit(at(this.items, k));
  }

  #cellsAround(polygon: readonly Point[]): [low: Point, high: Point] {
    const xs = polygon.map(([x]) => x);
    const ys = polygon.map(([, y]) => y);
    return [
      [this.#cellCoordinate(Math.min(...xs)), this.#cellCoordinate(Math.min(...ys))],
      [this.#cellCoordinate(Math.max(...xs)), this.#cellCoordinate(Math.max(...ys))],
    ];
  }

  #cellCoordinate(steps: number): number {
    return Math.min(65535, Math.max(0, Math.floor(steps))) >> this.#shift;
  }

  #cellOf(point: number): number {
    const column = at(this.xy, 2 * point) >> this.#shift;
    return ((at(this.xy, 2 * point + 1) >> this.#shift) << this.#bits) + column;
  }

  #isNowhere(point: number): boolean {
    return at(this.xy, 2 * point) === NOWHERE;
  }

  /** Squared distance in map units. */
  #squared(point: number, x: number, y: number): number {
    const dx = ((at(this.xy, 2 * point) - x) * this.#stepX) / 65534;
    const dy = ((at(this.xy, 2 * point + 1) - y) * this.#stepY) / 65534;
    return dx * dx + dy * dy;
  }
}

function leads(direction: Direction, dx: number, dy: number): boolean {
  const horizontal = Math.abs(dx) >= Math.abs(dy);
  if (direction === "left") return horizontal && dx < 0;
  if (direction === "right") return horizontal && dx > 0;
  return direction === "up" ? !horizontal && dy > 0 : !horizontal && dy < 0;
}

function follows(direction: Direction, step: number): boolean {
  return (direction === "right" && step > 0) || (direction === "left" && step < 0);
}

/** Reads an element that exists by construction; the type checker cannot know that. */
function at(array: Uint16Array | Uint32Array, place: number): number {
  return array[place] as number;
}

function bump(array: Uint32Array, place: number): void {
  array[place] = at(array, place) + 1;
}
