import { expect, test } from "vitest";
import { parsed } from "./terms";

const read = (query: string) => parsed(query).map(({ weight, kind, text }) => [weight, kind, text]);

test("words that follow one another are one phrase, and a sign takes what follows away or adds it again", () => {
  expect(read("striped fur - zebra not grey sky + sand")).toEqual([
    [1, "text", "striped fur"],
    [-1, "text", "zebra"],
    [-1, "text", "grey sky"],
    [1, "text", "sand"],
  ]);
  expect(read("a -b")).toEqual([
    [1, "text", "a"],
    [-1, "text", "b"],
  ]);
});

test("neurons are read with and without like, hyphens in words and signs in quotes as they stand", () => {
  expect(read('like #12 and not layer4:3- t-shirt "- #1  x"')).toEqual([
    [1, "component", "#12"],
    [-1, "component", "layer4:3-"],
    [1, "text", "t-shirt"],
    [1, "text", "- #1 x"],
  ]);
});

test("more like a neuron is like it, and a number will do there", () => {
  for (const query of ["like 12", "more like 12", "More like #12"])
    expect(read(query)).toEqual([[1, "component", "#12"]]);
  expect(read("no 12 like fur")).toEqual([[1, "text", "no 12 like fur"]]);
});

test("a sign at the end is still being typed; two in a row and nothing at all are refused", () => {
  expect(read("wheel -")).toEqual([[1, "text", "wheel"]]);
  expect(() => parsed("- - a")).toThrow("'-' is followed by '-'");
  expect(() => parsed(" - ")).toThrow("is empty");
});
