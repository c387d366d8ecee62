/** Places of an image: cells of a grid over its pixels. */

/** Rows and columns of cells, and height and width in pixels. */
export interface Grid {
  grid: readonly number[];
  sides: readonly number[];
}

export type Cell = readonly [column: number, row: number];

/** Returns the cell of a pixel [x, y]; null for no pixel. */
export function cellOf({ grid, sides }: Grid, place: readonly number[]): Cell | null {
  const [x, y] = place;
  if (x === undefined || y === undefined) return null;
  return within({ grid, sides }, [
    Math.floor((x * part(grid, 1)) / part(sides, 1)),
    Math.floor((y * part(grid, 0)) / part(sides, 0)),
  ]);
}

/** Returns the pixel in the middle of a cell. */
export function pixelOf({ grid, sides }: Grid, [column, row]: Cell): [number, number] {
  return [((column + 0.5) * part(sides, 1)) / part(grid, 1), ((row + 0.5) * part(sides, 0)) / part(grid, 0)];
}

/** Returns the cell so many columns and rows further; from no cell, the one in the middle. */
export function moved(grid: Grid, from: Cell | null, [right, down]: Cell): Cell {
  if (from === null) return [part(grid.grid, 1) >> 1, part(grid.grid, 0) >> 1];
  return within(grid, [from[0] + right, from[1] + down]);
}

function within({ grid }: Grid, [column, row]: Cell): Cell {
  return [clamped(column, part(grid, 1)), clamped(row, part(grid, 0))];
}

function clamped(value: number, n: number): number {
  return Math.min(n - 1, Math.max(0, value));
}

function part(sizes: readonly number[], axis: number): number {
  return sizes[axis] ?? 1;
}
