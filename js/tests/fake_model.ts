/** Synced traits for tests, without a kernel. */
import type { NeuronGalleryTraits } from "../src/generated/traits";
import type { State } from "../src/kernel/types";

export class FakeModel<Traits extends object> implements State<Traits> {
  private readonly listeners = new Map<keyof Traits, Set<(value: never) => void>>();

  constructor(private readonly values: Traits) {}

  get<Name extends keyof Traits>(name: Name): Traits[Name] {
    return this.values[name];
  }

  set<Name extends keyof Traits>(name: Name, value: Traits[Name]): void {
    this.values[name] = value;
    for (const listener of this.listeners.get(name) ?? []) listener(value as never);
  }

  on<Name extends keyof Traits>(
    name: Name,
    listener: (value: Traits[Name]) => void,
    signal: AbortSignal,
  ): void {
    const known = this.listeners.get(name) ?? new Set();
    known.add(listener);
    this.listeners.set(name, known);
    signal.addEventListener("abort", () => known.delete(listener));
  }
}

export function traits(changes: Partial<NeuronGalleryTraits> = {}): NeuronGalleryTraits {
  return {
    attributed: 0,
    layer: "bn2",
    layers: [
      { name: "bn2", n_components: 1280 },
      { name: "blocks.6.0.bn3", n_components: 320 },
    ],
    query: "",
    query_image: "",
    sort: "alignment",
    descending: true,
    selection: [],
    foundation_model: "ConSE (EfficientNet-Lite2, all-MiniLM-L6-v2)",
    caveat: "ImageNet object categories; blind to colour, texture, material, people and scenes",
    height: 640,
    revision: 0,
    n_examples_shown: 9,
    vocabulary_info: null,
    components: [],
    examples_as: "frame",
    examples_choices: ["frame"],
    linked: ["hover", "layer", "query", "selection"],
    ...changes,
  };
}
