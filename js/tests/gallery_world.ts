/** Neuron gallery for tests, over a kernel whose answers the test gives. */

import type { Card, NeuronLabel, RankResult } from "../src/generated/protocol";
import type { NeuronGalleryTraits } from "../src/generated/traits";
import { Link, Pointing } from "../src/kernel/link";
import type { Reply } from "../src/kernel/types";
import { Gallery } from "../src/neuron_gallery/state/state";
import { FakeModel, traits } from "./fake_model";
import { offBeat, PatientKernel, settled } from "./patient_kernel";

export { settled };

export function rankReply(order: number[], alignments: number[] = []): Reply<RankResult> {
  const result: RankResult = {
    n: order.length,
    has_query: alignments.length > 0,
    signed: false,
    weak: false,
    strength: null,
    min: alignments.length > 0 ? Math.min(...alignments) : null,
    max: alignments.length > 0 ? Math.max(...alignments) : null,
  };
  const floats = Float32Array.from(alignments);
  const columns = [Uint32Array.from(order), floats, floats, floats];
  return { result, buffers: columns.map((column) => offBeat(new Uint8Array(column.buffer))) };
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
    shares: [["frog", 1]],
    ...changes,
  };
}

/** A gallery whose first ranking has come, over components in their own order. */
export async function world(changes: Partial<NeuronGalleryTraits> = {}, n = 10) {
  const kernel = new PatientKernel();
  const model = new FakeModel(traits(changes));
  const life = new AbortController();
  const link = new Link();
  const schedule = (callback: () => void) => queueMicrotask(callback);
  const gallery = new Gallery({ kernel, model, signal: life.signal, schedule, link });
  await settled();
  kernel.last("rank").answer(rankReply(Array.from({ length: n }, (_, i) => i)));
  await settled();
  return { kernel, model, life, gallery, elsewhere: new Pointing(link) };
}
