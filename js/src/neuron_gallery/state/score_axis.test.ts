import { expect, test } from "vitest";
import { card } from "../../../tests/gallery_world";
import type { DetailResult } from "../../generated/protocol";
import { barHeights, scoreAxis, scoresText } from "./score_axis";

function detail(changes: Partial<DetailResult>): DetailResult {
  const example = { sample: 0, row: 0, label: null, name: "", box: null };
  return {
    card: card(0, { maximum: 6 }),
    examples: [
      { ...example, score: 6 },
      { ...example, score: 5 },
    ],
    look_alikes: [],
    controls: [],
    histogram: null,
    classes: [],
    similar: [],
    mean: 1,
    variance: 4,
    n_samples: 522,
    nearest: null,
    ...changes,
  };
}

test("the axis spans the histogram, and places beyond it are its ends", () => {
  const axis = scoreAxis(detail({ histogram: { low: -1, high: 3, counts: [1], n_samples: 9 } }));
  expect([axis?.low, axis?.high]).toEqual([-1, 3]);
  expect([-2, -1, 0, 3, 6].map((score) => axis?.place(score))).toEqual([0, 0, 0.25, 1, 1]);
});

test("without a histogram it spans mean, spread and examples", () => {
  const axis = scoreAxis(detail({}));
  expect([axis?.low, axis?.high]).toEqual([-1, 6]);
});

test("there is no axis where all scores are the same", () => {
  expect(scoreAxis(detail({ histogram: { low: 2, high: 2, counts: [9], n_samples: 9 } }))).toBeNull();
});

test("a single image is seen beside thousands", () => {
  const heights = barHeights([0, 1, 1023]);
  [0, 0.1, 1].forEach((height, bin) => {
    expect(heights[bin]).toBeCloseTo(height);
  });
  expect(barHeights([0, 0])).toEqual([0, 0]);
});

test("the caption says what the picture is of", () => {
  const histogram = { low: 0, high: 3, counts: [1], n_samples: 1 };
  expect(scoresText(detail({ histogram })).text).toBe("Scores on 1 attributed image; marks: its 2 examples");
  const known = scoresText(detail({}));
  expect(known.text).toBe("Mean and spread of the scores on 522 images; marks: its 2 examples");
  expect(known.about).toContain("1 ± 2 (standard deviation)");
});
