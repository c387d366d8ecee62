import { expect, test } from "vitest";
import { type GridKey, gridGeometry, rowTop, scrollToShow, step, visibleRows } from "./grid_geometry";

const options = { minCardWidth: 160, gap: 12, padding: 12, cardHeight: (width: number) => width + 100 };

test("as many columns as fit, and the cards fill the row", () => {
  const grid = gridGeometry(900, 23, options);
  expect(grid.columns).toBe(5);
  expect(grid.rows).toBe(5);
  expect(5 * grid.cardWidth + 4 * 12 + 24).toBeLessThanOrEqual(900);
  expect(900 - (5 * grid.cardWidth + 4 * 12 + 24)).toBeLessThan(5);
});

test("a view narrower than a card has one column, and an empty grid no height", () => {
  expect(gridGeometry(100, 7, options)).toMatchObject({ columns: 1, rows: 7 });
  expect(gridGeometry(0, 7, options).columns).toBe(1);
  expect(gridGeometry(900, 0, options)).toMatchObject({ rows: 0, totalHeight: 0 });
});

test("the last row ends where the content ends", () => {
  const grid = gridGeometry(700, 101, options);
  expect(rowTop(grid, grid.rows - 1) + grid.cardHeight + grid.padding).toBe(grid.totalHeight);
});

test("every row that touches the viewport is visible, and hardly any other", () => {
  for (let i = 0; i < 300; i++) {
    const grid = gridGeometry(200 + Math.random() * 1500, Math.floor(Math.random() * 5000), options);
    const height = 100 + Math.random() * 900;
    const top = Math.random() * Math.max(0, grid.totalHeight - height);
    const { first, end } = visibleRows(grid, top, height, 0);
    const missed: number[] = [];
    for (let row = 0; row < grid.rows; row++) {
      const touches = rowTop(grid, row) < top + height && rowTop(grid, row) + grid.cardHeight > top;
      if (touches && (row < first || row >= end)) missed.push(row);
    }
    expect(missed).toEqual([]);
    expect(end - first).toBeLessThanOrEqual(Math.ceil(height / grid.cardHeight) + 2);
  }
});

test("ten thousand cards need no more rows in the document than ten do on the screen", () => {
  const grid = gridGeometry(900, 10_000, options);
  const { first, end } = visibleRows(grid, grid.totalHeight / 2, 640);
  expect((end - first) * grid.columns).toBeLessThanOrEqual(30);
});

test.each<[GridKey, number, number]>([
  ["ArrowRight", 0, 1],
  ["ArrowLeft", 0, 0],
  ["ArrowDown", 1, 6],
  ["ArrowUp", 6, 1],
  ["ArrowUp", 3, 3],
  ["ArrowDown", 18, 22],
  ["ArrowDown", 21, 21],
  ["End", 3, 22],
  ["Home", 17, 0],
  ["PageDown", 1, 11],
  ["PageUp", 12, 2],
  ["PageDown", 20, 22],
])("%s leads from place %d to place %d", (key, from, to) => {
  const grid = gridGeometry(900, 23, options);
  expect(step(grid, from, key, 2.5 * (grid.cardHeight + grid.gap))).toBe(to);
});

test("a card that is visible is not scrolled to, one that is not comes wholly into view", () => {
  const grid = gridGeometry(900, 1000, options);
  expect(scrollToShow(grid, 0, 0, 640)).toBe(0);
  for (const place of [0, 7, 400, 999]) {
    for (const start of [0, 5000, 40_000]) {
      const top = scrollToShow(grid, place, start, 640);
      const card = rowTop(grid, Math.floor(place / grid.columns));
      expect(card).toBeGreaterThanOrEqual(top);
      expect(card + grid.cardHeight).toBeLessThanOrEqual(top + 640);
    }
  }
});
