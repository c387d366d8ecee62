/** Placement of cluster labels: large clusters first, without overlaps. */
import type { Point } from "../points/space";

export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Label {
  key: number;
  /** Centre of the cluster, in pixels of the screen. */
  at: Point;
  /** Extent of the cluster above and below its centre. */
  reach: number;
  width: number;
  height: number;
}

interface PlacedLabel extends Rectangle {
  key: number;
}

/** Pixels between two labels. */
const GAP = 4;
/** Pixels to the edge of the view: a label that touches it looks cut off. */
export const EDGE = 6;

/**
 * Places `labels` in order of priority, and keeps `obstacles` free. A label goes above its cluster, else below, else
 * over it, where that is visible; near an edge it moves inwards, or to the left or right of the centre. Labels outside
 * the view occupy places too, so that few appear or vanish while panning.
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
