import { signal } from "@preact/signals";
import { expect, test } from "vitest";
import { Undo } from "./undo";

function world() {
  const [query, filter, isChanging] = [signal(""), signal<object | null>(null), signal(false)];
  let colours = "a";
  let madeFor = "";
  const undo = new Undo({
    watched: [
      { read: () => query.value, write: (value) => (query.value = value) },
      {
        read: () => {
          if (filter.value !== null) madeFor = colours;
          return filter.value;
        },
        write: (value) => (filter.value = value),
        isReset: (value) => value === null && madeFor !== colours,
      },
    ],
    isChanging,
    lifetime: new AbortController().signal,
  });
  const recolour = (name: string) => {
    colours = name;
    filter.value = null;
  };
  return { query, filter, isChanging, undo, recolour };
}

test("one step takes the last change back, the next one brings it again", () => {
  const { query, undo } = world();
  expect(undo.can).toBe(false);
  query.value = "bird";
  query.value = "fish";
  undo.back();
  expect(query.value).toBe("bird");
  undo.back();
  expect(query.value).toBe("fish");
});

test("what is typed in one go is one step", () => {
  const { query, isChanging, undo } = world();
  query.value = "bird";
  isChanging.value = true;
  for (const text of ["f", "fi", "fish"]) query.value = text;
  isChanging.value = false;
  undo.back();
  expect(query.value).toBe("bird");
});

test("a filter that goes with its colours is no step of its own", () => {
  const { query, filter, undo, recolour } = world();
  filter.value = {};
  query.value = "bird";
  recolour("b");
  undo.back();
  expect(query.value).toBe("");
  filter.value = {};
  filter.value = null;
  undo.back();
  expect(filter.value).not.toBeNull();
});
