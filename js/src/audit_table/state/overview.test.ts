import { expect, test } from "vitest";
import { countsOf, worstFirst } from "./overview";

const CLASSES = ["passing", "failing", "few", "crossing", "worse", "unjudged"].map((name) => ({
  name,
  n_samples: name === "few" ? 3 : 30,
}));
const SHARES = new Map(
  [
    { name: "passing", shares: [0.5, 0.02, 0, 0.48], spurious: [0.01, 0.03] },
    { name: "failing", shares: [0.5, 0.3, 0, 0.2], spurious: [0.2, 0.4] },
    { name: "few", shares: [0.1, 0.9, 0, 0], spurious: [0.8, 1] },
    { name: "crossing", shares: [0.5, 0.1, 0, 0.4], spurious: [0.05, 0.15] },
    { name: "worse", shares: [0.1, 0.6, 0, 0.3], spurious: [0.5, 0.7] },
  ].map((one) => [one.name, one]),
);

test("what fails comes first, the larger spurious share before the smaller one", () => {
  const rows = worstFirst(SHARES, CLASSES, 0.1);
  expect(rows.map(({ name }) => name)).toEqual(["worse", "failing", "crossing", "few", "passing"]);
  expect(countsOf(rows)).toBe("2 fails, 1 undecided, 1 too few samples, 1 passes");
  expect(worstFirst(SHARES, CLASSES, 0.5).map(({ outcome }) => outcome)).toEqual([
    "undecided",
    "too few samples",
    "passes",
    "passes",
    "passes",
  ]);
});
