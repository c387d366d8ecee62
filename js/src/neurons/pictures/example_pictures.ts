/** The pictures of neurons' examples as they are to be shown: whole images, crops, or under a heat map. */
import type { NeuronGalleryTraits } from "../../generated/traits";
import type { Kernel } from "../../kernel/types";
import { type PictureStores, pictureStores } from "./neuron_pictures";

export type ExamplesAs = NeuronGalleryTraits["examples_as"];

const KINDS = { crop: "example_crops", heatmap: "example_heatmaps" } as const;
/** Each takes a pass of the model: those of one card come together. */
const HEATMAPS_PER_REQUEST = 9;
/** An example is told by one number: its component's, and its rank below this. */
const RANKS = 65536;

/** The stores of one way to show examples, and what each example is called in them. */
export interface ShownExamples extends PictureStores {
  /** Of an example, by its rank and by the row of its sample. */
  key: (component: number, rank: number, row: number) => number;
}

/** As what examples are shown when nothing else is wanted: as what was embedded. */
export function usualExamples(choices: readonly string[]): ExamplesAs {
  return choices.includes("crop") ? "crop" : "frame";
}

/** Of one part of a view, which shows the neurons of one layer at a time. */
export class ExamplePictures {
  private latest: { what: string; life: AbortController; shown: ShownExamples } | null = null;
  private readonly frames: ShownExamples;

  constructor(
    private readonly kernel: Kernel,
    private readonly lifetime: AbortSignal,
    frames: PictureStores,
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.frames = { ...frames, key: (_component, _rank, row) => row };
  }

  /** The same for as long as the same is asked for; what is still computed for another way or layer is given up. */
  shown(as: ExamplesAs, layer: string): ShownExamples {
    const what = `${as} ${layer}`;
    if (this.latest?.what !== what) {
      this.latest?.life.abort();
      const life = new AbortController();
      const signal = AbortSignal.any([this.lifetime, life.signal]);
      this.latest = { what, life, shown: as === "frame" ? this.frames : this.made(as, layer, signal) };
    }
    return this.latest.shown;
  }

  private made(as: keyof typeof KINDS, layer: string, signal: AbortSignal): ShownExamples {
    const stores = pictureStores(this.kernel, signal, this.onFailure, {
      kind: KINDS[as],
      params: (keys) => ({ layer, examples: keys.map((key) => [Math.floor(key / RANKS), key % RANKS]) }),
      ...(as === "heatmap" ? { slow: HEATMAPS_PER_REQUEST } : {}),
    });
    return { ...stores, key: (component, rank) => component * RANKS + rank };
  }
}
