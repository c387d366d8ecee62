/** Pictures of concept examples in the chosen mode: frames, crops or heat maps. */
import { MOST_PINNED } from "../../generated/constants";
import type { NeuronGalleryTraits } from "../../generated/traits";
import type { Kernel } from "../../kernel/types";
import type { Failures } from "../../ui/state/failures";
import { LatestStores, type PictureStores, pictureStores } from "./neuron_pictures";

export type ExamplesAs = NeuronGalleryTraits["examples_as"];

const KINDS = { crop: "example_crops", heatmap: "example_heatmaps" } as const;
/** Each takes a pass of the model, so that those of one card are requested together. */
const HEATMAPS_PER_REQUEST = 9;
/** Factor in the key of an example: its component times this, plus its rank, which is below this. */
const RANKS = 65536;

/** Picture stores of one mode, and the keys of the examples in them. */
export interface ExampleStores extends PictureStores {
  /** Returns the key of an example, from its rank and the row of its sample. */
  key: (component: number, rank: number, row: number) => number;
}

/** The default mode: as embedded. */
export function usualExamples(choices: readonly string[]): ExamplesAs {
  return choices.includes("crop") ? "crop" : "frame";
}

/** Picture stores for one part of a view, which shows the neurons of one layer at a time. */
export class ExamplePictures {
  readonly #latest: LatestStores<ExampleStores>;
  readonly #frames: ExampleStores;

  constructor(
    private readonly kernel: Kernel,
    lifetime: AbortSignal,
    frames: PictureStores,
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.#latest = new LatestStores(lifetime);
    this.#frames = { ...frames, key: (_component, _rank, row) => row };
  }

  /** Returns the same store for the same arguments; another mode or layer cancels pending requests. */
  shown(as: ExamplesAs, layer: string): ExampleStores {
    return this.#latest.of(`${as} ${layer}`, (signal) =>
      as === "frame" ? this.#frames : this.#made(as, layer, signal),
    );
  }

  #made(as: keyof typeof KINDS, layer: string, signal: AbortSignal): ExampleStores {
    const stores = pictureStores({
      ask: (keys, size, until) => {
        const examples = keys.map((key) => [Math.floor(key / RANKS), key % RANKS]);
        return this.kernel.request(KINDS[as], { layer, examples, size }, { signal: until });
      },
      signal,
      onFailure: this.onFailure,
      ...(as === "heatmap" ? { slow: HEATMAPS_PER_REQUEST } : {}),
    });
    return { ...stores, key: (component, rank) => component * RANKS + rank };
  }
}

interface ViewPictures extends PictureStores {
  onFailure: (error: unknown) => void;
  /** Makes the pictures of examples for one part of the view. */
  examples: () => ExamplePictures;
}

/** Makes the pictures of a view: those of the database's samples, by row, and those of its examples. */
export function viewPictures(kernel: Kernel, signal: AbortSignal, failures: Failures): ViewPictures {
  const onFailure = (error: unknown) => failures.missing("Some pictures could not be loaded", error);
  const stores = pictureStores({
    ask: (samples, size, until) => kernel.request("thumbnails", { samples, size }, { signal: until }),
    signal,
    onFailure,
  });
  return { ...stores, onFailure, examples: () => new ExamplePictures(kernel, signal, stores, onFailure) };
}

/** Makes the pictures of the neurons of a comparison. */
export function comparedExamples(examples: () => ExamplePictures): ExamplePictures[] {
  return Array.from({ length: MOST_PINNED }, examples);
}
