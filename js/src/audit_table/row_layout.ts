/** Layout of grids whose rows are as wide as the table. */

import type { GridOptions } from "../ui/grid/grid_geometry";

/** Width in pixels below which the style sheet breaks a row into two lines. */
const NARROW = 620;

/** Returns the options of a grid with rows of these heights in pixels. */
export function rowLayout({ wide, narrow }: { wide: number; narrow: number }): GridOptions {
  return {
    minCardWidth: Number.MAX_SAFE_INTEGER,
    gap: 0,
    padding: 0,
    cardHeight: (width) => (width < NARROW ? narrow : wide),
  };
}
