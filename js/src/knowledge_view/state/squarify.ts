/**
 * Squarified treemap: rectangles of given areas, as near to squares as rows of them allow.
 *
 * Source: Bruls, Huizing, van Wijk, Squarified Treemaps, Data Visualization 2000, doi:10.1007/978-3-7091-6783-0_4.
 */

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Fills a rectangle with one rectangle per amount, in their order, which is largest first; amounts are above 0. */
export function squarified(amounts: readonly number[], whole: Rectangle): Rectangle[] {
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  const areas = amounts.map((amount) => (amount / total) * whole.width * whole.height);
  const found: Rectangle[] = [];
  let left = whole;
  for (let start = 0; start < areas.length; ) {
    const side = Math.min(left.width, left.height);
    let end = start + 1;
    while (
      end < areas.length &&
      worst(areas.slice(start, end + 1), side) <= worst(areas.slice(start, end), side)
    )
      end += 1;
    left = place(areas.slice(start, end), left, found);
    start = end;
  }
  return found;
}

/** Returns the largest ratio of sides in a row along a side. */
function worst(row: readonly number[], side: number): number {
  const sum = row.reduce((total, area) => total + area, 0);
  return Math.max(...row.map((area) => ratio((sum / side) ** 2 / area)));
}

function ratio(value: number): number {
  return Math.max(value, 1 / value);
}

/** Places a row along the shorter side, and returns the rest of the rectangle. */
function place(row: readonly number[], { x, y, width, height }: Rectangle, into: Rectangle[]): Rectangle {
  const sum = row.reduce((total, area) => total + area, 0);
  const isColumn = width >= height;
  const thick = sum / (isColumn ? height : width);
  let along = isColumn ? y : x;
  for (const area of row) {
    const length = area / thick;
    into.push(
      isColumn
        ? { x, y: along, width: thick, height: length }
        : { x: along, y, width: length, height: thick },
    );
    along += length;
  }
  return isColumn
    ? { x: x + thick, y, width: width - thick, height }
    : { x, y: y + thick, width, height: height - thick };
}
