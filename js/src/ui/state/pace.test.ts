import { expect, test } from "vitest";
import { progressText } from "../notes/doing";
import { Pace } from "./pace";

const at = (done: number, what = "UMAP") => ({ done, total: 100, what });

test("the time left is what the pace since the first report says", () => {
  const pace = new Pace();
  expect(pace.left(at(10), 0)).toBeNull();
  expect(pace.left(at(11), 500)).toBeNull();
  expect(pace.left(at(30), 2000)).toBe(7);
  expect(pace.left(at(60), 4000)).toBeCloseTo(3.2);
});

test("another step, and one that begins again, has a pace of its own", () => {
  const pace = new Pace();
  pace.left(at(10), 0);
  expect(pace.left(at(50, "clusters"), 5000)).toBeNull();
  expect(pace.left(at(20, "clusters"), 9000)).toBeNull();
  expect(pace.left(at(60, "clusters"), 10_000)).toBe(1);
});

test("a long request is told by its step, its share and the time left, as far as they are known", () => {
  expect(progressText(at(20), 8.2)).toBe("UMAP, 20 %, about 8 s");
  expect(progressText(at(20), 200)).toBe("UMAP, 20 %, about 3 min");
  expect(progressText(at(20), 0.2)).toBe("UMAP, 20 %, about 1 s");
  expect(progressText(at(0))).toBe("UMAP, 0 %");
  expect(progressText({ done: 0, total: 1, what: "loading ConSE" })).toBe("loading ConSE …");
  expect(progressText({ done: 0, total: 0, what: "loading ConSE" })).toBe("loading ConSE …");
  expect(progressText(null)).toBeNull();
});
