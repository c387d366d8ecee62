import { expect, test } from "vitest";
import { componentName, componentNamed } from "./component_name";

test("the number behind a name; the negative halves come after all others", () => {
  expect(componentNamed("bn2:12", "bn2", 40, false)).toBe(12);
  expect(componentNamed("bn2:12-", "bn2", 40, true)).toBe(32);
  expect(componentNamed("a:b:3", "a:b", 40, false)).toBe(3);
});

test("a name says which half a component is, and leads back to it", () => {
  expect(componentName("bn2", 32, 40, false)).toBe("bn2:32");
  expect(componentName("bn2", 32, 40, true)).toBe("bn2:12-");
  for (const component of [0, 19, 20, 39])
    expect(componentNamed(componentName("bn2", component, 40, true), "bn2", 40, true)).toBe(component);
});

test("another layer, a number beyond the layer, or no number", () => {
  for (const name of ["fc:12", "bn2:40", "bn2:20-", "bn2:", "bn2:x", "bn22:1"])
    expect(componentNamed(name, "bn2", 40, true)).toBeNull();
});
