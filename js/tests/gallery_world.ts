/** Neuron gallery for tests, over a kernel whose answers the test gives. */

import type { Card, NeuronLabel, RankResult } from "../src/generated/protocol";
import type { NeuronGalleryTraits } from "../src/generated/traits";
import type { Reply } from "../src/kernel/types";
import { Gallery } from "../src/neuron_gallery/state/state";
import { settled } from "./patient_kernel";
import { COMMON, reply, surroundings } from "./world";

export { settled };

export function rankReply(order: number[], alignments: number[] = []): Reply<RankResult> {
  const result: RankResult = {
    n: order.length,
    has_query: alignments.length > 0,
    signed: false,
    weak: false,
    strength: null,
    caveat: "",
    min: alignments.length > 0 ? Math.min(...alignments) : null,
    max: alignments.length > 0 ? Math.max(...alignments) : null,
  };
  const floats = Float32Array.from(alignments);
  const columns = [Uint32Array.from(order), floats, floats, floats, floats];
  return reply(result, columns);
}

export function card(component: number, changes: Partial<Card> = {}): Card {
  return {
    component,
    name: `bn2:${component}`,
    clarity: 0.5,
    polysemanticity: 0.25,
    redundancy: null,
    maximum: 3,
    firing_rate: 0.1,
    n_examples: 1,
    labels: [["frog", 1]],
    samples: [component],
    ...changes,
  };
}

export const VOCABULARY = { key: "v1", name: "general", n_texts: 3712 };

export function neuronLabel(component: number, changes: Partial<NeuronLabel> = {}): NeuronLabel {
  return {
    component,
    label: "frog",
    best: "frog",
    runner_up: "toad",
    margin: 0.021,
    alignment: 0.4,
    null_z_score: 4.25,
    chance: 0.98,
    methods: [],
    shares: [["frog", 1]],
    ...changes,
  };
}

export function traits(changes: Partial<NeuronGalleryTraits> = {}): NeuronGalleryTraits {
  return {
    ...COMMON,
    layers: [
      { name: "bn2", n_components: 1280 },
      { name: "blocks.6.0.bn3", n_components: 320 },
    ],
    sort: "alignment",
    descending: true,
    foundation_model: "ConSE (EfficientNet-Lite2, all-MiniLM-L6-v2)",
    left_out: null,
    caveat: "ImageNet object categories; blind to colour, texture, material, people and scenes",
    n_examples_shown: 9,
    pinned: [],
    label_choices: [],
    labels_by: "",
    vocabulary_info: null,
    components: [],
    linked: ["hover", "layer", "query", "sample", "selection"],
    ...changes,
  };
}

/** A gallery whose first ranking has come, over components in their own order. */
export async function world(changes: Partial<NeuronGalleryTraits> = {}, n = 10) {
  const { options, kernel, ...around } = surroundings(traits(changes));
  const gallery = new Gallery(options);
  await settled();
  kernel.last("rank").answer(rankReply(Array.from({ length: n }, (_, i) => i)));
  await settled();
  return { kernel, gallery, ...around };
}
