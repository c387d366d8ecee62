/** Where the names of clusters go: as many as there is room for, the large clusters first, none over another. */
import type { Point } from "../points/space";

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
/** Pixels to the edge of the view: a picture or a letter that touches it looks cut off. */
export const EDGE = 6;

/**
 * `labels` in the order of their right to a place; `obstacles` are kept free. A label stands on top of what it names, or
 * below it, or else over it, where that is in view; at an edge it is moved inwards, or stands to the left or right of its
 * middle. Labels outside of the view take places too, so that panning makes few come or go.
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
    const free = candidates(label, width).filter((place) => !taken.some((other) => overlap(place, other)));
    const seen = free.find((place) => isInside(place, width, height));
    const own = seen ?? free[0];
    if (own !== undefined) taken.push(own);
    if (seen !== undefined) placed.push({ key: label.key, ...seen });
  }
  return placed;
}

function candidates({ at: [x, y], reach, width, height }: Label, viewWidth: number): Rectangle[] {
  const middle = x - width / 2;
  const inside = Math.max(EDGE, Math.min(middle, viewWidth - EDGE - width));
  const tops = [y - reach - height, y + reach, y - height / 2, y - reach - 2 * height - GAP];
  const lefts = [x < 0 || x > viewWidth ? middle : inside, x - width, x];
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
  return left >= EDGE && top >= EDGE && left + width <= viewWidth - EDGE && top + height <= viewHeight - EDGE;
}
