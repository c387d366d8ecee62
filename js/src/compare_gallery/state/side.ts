/** One side of a comparison as a gallery sees it: its traits, and its requests. */
import type { CompareGalleryTraits, NeuronGalleryTraits } from "../../generated/traits";
import type { Kernel, State } from "../../kernel/types";

const EXAMPLES_ON_A_CARD = 9;

/** The traits of a gallery over the side at a place among those shown; it shares all others with the widget. */
export function sideState(model: State<CompareGalleryTraits>, place: number): State<NeuronGalleryTraits> {
  const read = <Name extends keyof NeuronGalleryTraits>(name: Name): NeuronGalleryTraits[Name] => {
    const own: Partial<NeuronGalleryTraits> = {
      layer: model.get("pair")[place] ?? "",
      sort: rankedBy(model.get("sort")),
      components: [],
      pinned: [],
      n_examples_shown: EXAMPLES_ON_A_CARD,
    };
    return (name in own ? own[name] : model.get(name as never)) as NeuronGalleryTraits[Name];
  };
  return {
    get: read,
    set: (name, value) => model.set(name as never, value as never),
    on: (name, listener, signal) =>
      model.on((name === "layer" ? "pair" : name) as never, () => listener(read(name)), signal),
  };
}

/** The order that the kernel is asked for; the browser sorts by strength and by similarity. */
function rankedBy(sort: CompareGalleryTraits["sort"]): NeuronGalleryTraits["sort"] {
  return sort === "similarity" || sort === "strength" ? "alignment" : sort;
}

/** A kernel whose slots are those of one side, so that two galleries don't supersede each other's requests. */
export function sideKernel(kernel: Kernel, place: number): Kernel {
  return {
    get status() {
      return kernel.status;
    },
    onStatus: (listener, signal) => kernel.onStatus(listener, signal),
    request: (kind, params, { slot, ...options } = {}) =>
      kernel.request(kind, params, {
        ...options,
        ...(slot === undefined ? {} : { slot: `${place}:${slot}` }),
      }),
  };
}
