import { expect, test } from "vitest";
import { neuronLabel } from "../../../tests/gallery_world";
import { differs, neuronLabelTitle } from "./neuron_label";

const method = (method: string, label: string, agrees: boolean | null) => ({
  method,
  label,
  worth: "",
  agrees,
});

test("a label differs only from one that disagrees, and the tooltip lists all methods", () => {
  const same = neuronLabel(0, { methods: [method("ours", "frog", null), method("tool", "animal", true)] });
  const other = neuronLabel(0, { methods: [method("ours", "frog", null), method("tool", "toad", false)] });
  expect([differs(neuronLabel(0)), differs(same), differs(other)]).toEqual([false, false, true]);
  expect(neuronLabelTitle(other, 2.75)).toMatch(/ours: frog\n≠ tool: toad$/);
});

test("an imported label claims no comparison with chance", () => {
  const imported = neuronLabel(0, {
    runner_up: "",
    margin: null,
    null_z_score: null,
    chance: null,
    shares: [],
  });
  expect(neuronLabelTitle(imported, 2.75)).toBe("frog");
});
