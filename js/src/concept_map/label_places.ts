/** Where the names of clusters go: as many as there is room for, the large clusters first, none over another. */
import type { Point } from "./space";

export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Label {
  key: number;
  /** The middle of what it names, in pixels of the screen. */
  at: Point;
  /** How far that reaches up and down from its middle. */
  reach: number;
  width: number;
  height: number;
}

export interface PlacedLabel extends Rectangle {
  key: number;
}

/** Pixels between two labels. */
const GAP = 4;

/**
 * `labels` in the order of their right to a place; `obstacles` are kept free. A label stands on top of what it names, or
 * below it, or else over it, where that is in view; to the left or right of its middle where the middle is at an edge. Labels outside of the view take places too, so that panning makes
 * few come or go.
 */
export function placeLabels(
  labels: readonly Label[],
  width: number,
  height: number,
  obstacles: readonly Rectangle[] = [],
): PlacedLabel[] {
  const taken: Rectangle[] = [...obstacles];
  const placed: PlacedLabel[] = [];
  for (const label of labels) {
    const free = candidates(label).filter((place) => !taken.some((other) => overlap(place, other)));
    const seen = free.find((place) => isInside(place, width, height));
    const own = seen ?? free[0];
    if (own !== undefined) taken.push(own);
    if (seen !== undefined) placed.push({ key: label.key, ...seen });
  }
  return placed;
}

function candidates({ at: [x, y], reach, width, height }: Label): Rectangle[] {
  const tops = [y - reach - height, y + reach, y - height / 2, y - reach - 2 * height - GAP];
  const lefts = [x - width / 2, x - width, x];
  return lefts.flatMap((left) => tops.map((top) => ({ left, top, width, height })));
}

export function overlap(a: Rectangle, b: Rectangle): boolean {
  return (
    a.left < b.left + b.width + GAP &&
    b.left < a.left + a.width + GAP &&
    a.top < b.top + b.height + GAP &&
    b.top < a.top + a.height + GAP
  );
}

function isInside({ left, top, width, height }: Rectangle, viewWidth: number, viewHeight: number): boolean {
  return left >= 0 && top >= 0 && left + width <= viewWidth && top + height <= viewHeight;
}
