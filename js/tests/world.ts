/** Surroundings of a widget under test: traits that all widgets have, and a kernel whose answers the test gives. */
import type { ConceptMapTraits, NeuronGalleryTraits } from "../src/generated/traits";
import { Link, Pointing } from "../src/kernel/link";
import type { Reply } from "../src/kernel/types";
import { FakeModel } from "./fake_model";
import { offBeat, PatientKernel } from "./patient_kernel";

export const COMMON: Pick<ConceptMapTraits, keyof ConceptMapTraits & keyof NeuronGalleryTraits> = {
  attributed: 0,
  caveat: "",
  left_out: null,
  examples_as: "frame",
  examples_choices: ["frame"],
  foundation_model: "ConSE",
  height: 640,
  layer: "bn2",
  layers: [
    { name: "bn2", n_components: 4 },
    { name: "fc", n_components: 2 },
  ],
  linked: ["class", "hover", "layer", "query", "sample", "selection"],
  query: "",
  query_image: "",
  revision: 0,
  selection: [],
};

export function surroundings<Traits extends object>(traits: Traits) {
  const kernel = new PatientKernel();
  const model = new FakeModel(traits);
  const life = new AbortController();
  const link = new Link();
  const schedule = (callback: () => void) => queueMicrotask(callback);
  const options = { kernel, model, signal: life.signal, schedule, link };
  return { options, kernel, model, life, elsewhere: new Pointing(link) };
}

/** An answer with columns, whose bytes are out of step as they come out of a comm. */
export function reply<Result>(result: Result, columns: ArrayBufferView<ArrayBuffer>[] = []): Reply<Result> {
  return { result, buffers: columns.map(({ buffer }) => offBeat(new Uint8Array(buffer))) };
}
