import { expect, test } from "vitest";
import { LeastRecentlyUsed } from "./lru";

function cache(capacity: number) {
  const released: string[] = [];
  return {
    entries: new LeastRecentlyUsed<number, string>(capacity, (value) => released.push(value)),
    released,
  };
}

test("the entry that was not used for the longest time goes first", () => {
  const { entries, released } = cache(2);
  entries.set(1, "one");
  entries.set(2, "two");
  entries.get(1);
  entries.set(3, "three");
  expect(released).toEqual(["two"]);
  expect([entries.has(1), entries.has(2), entries.has(3)]).toEqual([true, false, true]);
});

test("a replaced value is released, the same value again is not", () => {
  const { entries, released } = cache(2);
  entries.set(1, "old");
  entries.set(1, "old");
  entries.set(1, "new");
  expect(released).toEqual(["old"]);
  expect(entries.get(1)).toBe("new");
});

test("asking whether an entry is there is not using it", () => {
  const { entries } = cache(1);
  entries.set(1, "one");
  expect(entries.has(1)).toBe(true);
  entries.set(2, "two");
  expect(entries.get(1)).toBeUndefined();
});

test("clearing releases everything", () => {
  const { entries, released } = cache(3);
  entries.set(1, "one");
  entries.set(2, "two");
  entries.clear();
  expect(released).toEqual(["one", "two"]);
  expect(entries.size).toBe(0);
});

test("never more entries than the capacity, whatever is done", () => {
  const { entries, released } = cache(5);
  let added = 0;
  for (let i = 0; i < 500; i++) {
    const key = Math.floor(Math.random() * 20);
    if (Math.random() < 0.4) entries.get(key);
    else {
      entries.set(key, `value ${i}`);
      added += 1;
    }
    expect(entries.size).toBeLessThanOrEqual(5);
  }
  expect(entries.size + released.length).toBe(added);
});
