import { expect, test } from "vitest";
import { QueryHistory } from "./query_history";

function history(...queries: string[]): QueryHistory {
  const past = new QueryHistory();
  for (const query of queries) past.push(query);
  return past;
}

test("the up arrow goes back to older queries and stops at the oldest", () => {
  const past = history("bird", "wheel");
  expect(past.older("")).toBe("wheel");
  expect(past.older("wheel")).toBe("bird");
  expect(past.older("bird")).toBeUndefined();
});

test("the down arrow comes back to what was being typed", () => {
  const past = history("bird", "wheel");
  past.older("flo");
  past.older("wheel");
  expect(past.newer()).toBe("wheel");
  expect(past.newer()).toBe("flo");
  expect(past.newer()).toBeUndefined();
});

test("the query that stands in the box is skipped", () => {
  expect(history("bird", "wheel").older("wheel")).toBe("bird");
});

test("a repeated query is remembered once, an empty one not at all", () => {
  const past = history("bird", "wheel", " bird ", "  ");
  expect(past.older("")).toBe("bird");
  expect(past.older("bird")).toBe("wheel");
  expect(past.older("wheel")).toBeUndefined();
});

test("the oldest queries are forgotten", () => {
  const past = new QueryHistory(2);
  for (const query of ["a", "b", "c"]) past.push(query);
  expect([past.older(""), past.older("c"), past.older("b")]).toEqual(["c", "b", undefined]);
});
