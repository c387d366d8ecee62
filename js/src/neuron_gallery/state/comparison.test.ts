import { expect, test } from "vitest";
import { card } from "../../../tests/gallery_world";
import type { CompareResult } from "../../generated/protocol";
import { ownRanks, sharedClasses, sharedExamples, sharedLabels } from "./comparison";

function neuron(name: string, samples: number[], labels: string[], classes: string[] = []) {
  const detail = {
    card: card(0, { name }),
    examples: samples.map((sample, rank) => ({
      ...{ sample, row: sample, name: "", score: 1, box: null },
      label: labels[rank] ?? null,
    })),
    look_alikes: [],
    controls: [],
    histogram: null,
    classes: classes.map((each) => ({ name: each, relevance: 1, share: 0.5, n_samples: 2 })),
    similar: [],
    mean: null,
    variance: null,
    n_samples: null,
    nearest: null,
  };
  return { layer: "bn2", detail };
}

const THREE: CompareResult = {
  neurons: [
    neuron("bn2:0", [7, 3, 5], ["bird", "car", "bird"], ["ox"]),
    neuron("bn2:1", [5, 7], ["bird"], ["ox", "bee"]),
    neuron("bn2:2", [9, 5], ["fish", "bird"], ["bee"]),
  ],
  cosines: [],
};

test("samples of several neurons are shared, with their rank in each", () => {
  expect(sharedExamples(THREE).map(({ example, ranks }) => [example.sample, ranks])).toEqual([
    [5, [2, 0, 1]],
    [7, [0, 1, null]],
  ]);
});

test("the other samples are a neuron's own", () => {
  expect([0, 1, 2].map((place) => ownRanks(THREE, place))).toEqual([[1], [], [0]]);
});

test("labels and classes of several neurons are shared, those of most first", () => {
  expect(sharedLabels(THREE)).toEqual([{ word: "bird", names: ["bn2:0", "bn2:1", "bn2:2"] }]);
  expect(sharedClasses(THREE)).toEqual([
    { word: "ox", names: ["bn2:0", "bn2:1"] },
    { word: "bee", names: ["bn2:1", "bn2:2"] },
  ]);
});
