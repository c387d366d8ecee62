/** Arithmetic of a virtual grid of equal cards. */

export interface GridOptions {
  /** Narrowest card, in pixels; cards grow to fill the row. */
  minCardWidth: number;
  gap: number;
  padding: number;
  /** Returns the height of a card for its width. */
  cardHeight: (width: number) => number;
}

export interface GridGeometry {
  n: number;
  columns: number;
  rows: number;
  cardWidth: number;
  cardHeight: number;
  gap: number;
  padding: number;
  totalHeight: number;
}

/** Rows from `first` up to, but not including, `end`. */
interface RowRange {
  first: number;
  end: number;
}

export function gridGeometry(width: number, n: number, options: GridOptions): GridGeometry {
  const { minCardWidth, gap, padding } = options;
  const inner = Math.max(1, width - 2 * padding);
  const columns = Math.max(1, Math.floor((inner + gap) / (minCardWidth + gap)));
  const cardWidth = Math.max(1, Math.floor((inner - (columns - 1) * gap) / columns));
  const cardHeight = options.cardHeight(cardWidth);
  const rows = Math.ceil(n / columns);
  const totalHeight = rows === 0 ? 0 : 2 * padding + rows * cardHeight + (rows - 1) * gap;
  return { n, columns, rows, cardWidth, cardHeight, gap, padding, totalHeight };
}

/** Returns the top edge of a row, from the top of the scrolled content. */
export function rowTop(geometry: GridGeometry, row: number): number {
  return geometry.padding + row * (geometry.cardHeight + geometry.gap);
}

/** Returns the rows that touch the viewport, and `overscan` more on both sides. */
export function visibleRows(
  geometry: GridGeometry,
  scrollTop: number,
  viewportHeight: number,
  overscan = 1,
): RowRange {
  const step = geometry.cardHeight + geometry.gap;
  const first = Math.floor((scrollTop - geometry.padding + geometry.gap) / step) - overscan;
  const end = Math.ceil((scrollTop + viewportHeight - geometry.padding) / step) + overscan;
  const clampedFirst = clamp(first, 0, geometry.rows);
  return { first: clampedFirst, end: clamp(end, clampedFirst, geometry.rows) };
}

/** Returns the scroll position that makes the card at `place` fully visible; unchanged when it is. */
export function scrollToShow(
  geometry: GridGeometry,
  place: number,
  scrollTop: number,
  viewportHeight: number,
): number {
  const top = rowTop(geometry, Math.floor(place / geometry.columns)) - geometry.gap;
  const bottom = top + geometry.cardHeight + 2 * geometry.gap;
  if (top < scrollTop) return Math.max(0, top);
  if (bottom > scrollTop + viewportHeight) return Math.max(0, Math.min(top, bottom - viewportHeight));
  return scrollTop;
}

export const GRID_KEYS = [
  "ArrowLeft",
  "ArrowRight",
  "ArrowUp",
  "ArrowDown",
  "Home",
  "End",
  "PageUp",
  "PageDown",
] as const;

export type GridKey = (typeof GRID_KEYS)[number];

/** Returns the place that a navigation key leads to from `place`; keys at an edge keep the place. */
export function step(geometry: GridGeometry, place: number, key: GridKey, viewportHeight: number): number {
  const page =
    Math.max(1, Math.floor(viewportHeight / (geometry.cardHeight + geometry.gap))) * geometry.columns;
  const moves: Record<GridKey, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -geometry.columns,
    ArrowDown: geometry.columns,
    PageUp: -page,
    PageDown: page,
    Home: -geometry.n,
    End: geometry.n,
  };
  const target = place + moves[key];
  const vertical = key === "ArrowUp" || key === "ArrowDown";
  if (vertical && (target < 0 || target >= geometry.n)) return lastRowOrStay(geometry, place, target);
  return clamp(target, 0, Math.max(0, geometry.n - 1));
}

/** Down from the row before a short last row leads to the last card, as in every file manager. */
function lastRowOrStay(geometry: GridGeometry, place: number, target: number): number {
  const row = Math.floor(place / geometry.columns);
  return target >= geometry.n && row < geometry.rows - 1 ? geometry.n - 1 : place;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
