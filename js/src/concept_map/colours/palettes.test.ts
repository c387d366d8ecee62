import { expect, test } from "vitest";
import {
  colourOf,
  contrast,
  LEAST_CONTRAST,
  LEVELS,
  MISSING,
  mixed,
  N_KINDS,
  type Page,
  palette,
} from "./palettes";

const light: Page = { background: [255, 255, 255], foreground: [0, 0, 0] };
const dark: Page = { background: [17, 17, 17], foreground: [255, 255, 255] };
const pages = { light, dark };

test("black on white has the contrast that WCAG says", () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 6);
  expect(contrast([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 1);
});

test.each(Object.entries(pages))("every kind can be seen on a %s page", (_, page) => {
  for (let kind = 0; kind < N_KINDS; kind++) {
    expect(contrast(colourOf("category", kind, page), page.background)).toBeGreaterThanOrEqual(
      LEAST_CONTRAST,
    );
  }
});

test("the first kinds are Okabe and Ito's", () => {
  expect(colourOf("category", 4, light)).toEqual([0, 114, 178]);
  expect(colourOf("category", 3, light)).toEqual([213, 94, 0]);
});

test.each(Object.entries(pages))(
  "amounts stand out the more the higher they are, on a %s page",
  (_, page) => {
    let before = 0;
    for (let entry = 0; entry < LEVELS; entry += 8) {
      const now = contrast(colourOf("sequential", entry, page), page.background);
      expect(now).toBeGreaterThanOrEqual(before);
      before = now;
    }
  },
);

test.each(Object.entries(pages))(
  "signed amounts are quiet at zero and loud at both ends, on a %s page",
  (_, page) => {
    const [low, middle, high] = [0, (LEVELS - 1) / 2, LEVELS - 1].map((entry) =>
      contrast(colourOf("diverging", entry, page), page.background),
    );
    expect(low).toBeGreaterThan(2 * (middle ?? 0));
    expect(high).toBeGreaterThan(2 * (middle ?? 0));
    const [red, green, blue] = colourOf("diverging", (LEVELS - 1) / 2, page);
    expect([green, blue]).toEqual([red, red]);
  },
);

test("a palette has 256 entries of which the last is no value", () => {
  const colours = palette("sequential", light);
  expect(colours).toHaveLength(1024);
  expect([...colours.slice(4 * MISSING, 4 * MISSING + 3)]).toEqual(
    mixed([255, 255, 255], [0, 0, 0], 0.3).map(Math.round),
  );
});
