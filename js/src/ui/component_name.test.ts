import { expect, test } from "vitest";
import { componentNamed } from "./component_name";

test("the number behind a name; the negative halves come after all others", () => {
  expect(componentNamed("bn2:12", "bn2", 40)).toBe(12);
  expect(componentNamed("bn2:12-", "bn2", 40)).toBe(32);
  expect(componentNamed("a:b:3", "a:b", 40)).toBe(3);
});

test("another layer, a number beyond the layer, or no number", () => {
  for (const name of ["fc:12", "bn2:40", "bn2:20-", "bn2:", "bn2:x", "bn22:1"])
    expect(componentNamed(name, "bn2", 40)).toBeNull();
});
