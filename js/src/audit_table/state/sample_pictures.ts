/** Pictures by the index of a sample in the dataset: small, large, and with the heat of one neuron upon them. */
import type { Neuron } from "../../kernel/link";
import type { Kernel } from "../../kernel/types";
import type { ThumbnailsResult } from "../../neurons/neuron";
import { unpack } from "../../neurons/pictures/packed_files";
import { PictureStore } from "../../neurons/pictures/thumbnails";

export interface SamplePictures {
  small: PictureStore<ImageBitmap>;
  large: PictureStore<string>;
  /** Large pictures with the heat map of a neuron; the same store for as long as it is asked for the same one. */
  heat: (neuron: Neuron) => PictureStore<string>;
}

const KEPT = { small: 400, large: 40, heat: 40 };

/** The stores of one view, closed when its signal aborts. */
export function samplePictures(
  kernel: Kernel,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): SamplePictures {
  const load = (kind: string, about: object, until: AbortSignal) => async (samples: number[]) => {
    const reply = await kernel.request<ThumbnailsResult>(kind, { samples, ...about }, { signal: until });
    return unpack(reply.buffers[0], reply.result.offsets);
  };
  const addresses = (kind: string, about: object, capacity: number, until = signal) =>
    new PictureStore<string>({
      load: load(kind, about, until),
      decode: async (file) => URL.createObjectURL(file),
      release: (url) => URL.revokeObjectURL(url),
      capacity,
      onFailure,
    });
  const small = new PictureStore<ImageBitmap>({
    load: load("audit_pictures", { size: "small" }, signal),
    decode: (file) => createImageBitmap(file),
    release: (picture) => picture.close(),
    capacity: KEPT.small,
    onFailure,
  });
  const large = addresses("audit_pictures", { size: "large" }, KEPT.large);
  let heated: { key: string; store: PictureStore<string>; life: AbortController } | null = null;
  const heat = ({ layer, component }: Neuron) => {
    const key = `${layer}:${component}`;
    if (heated?.key !== key) {
      // What is still computed for another neuron is given up.
      heated?.store.close();
      heated?.life.abort();
      const life = new AbortController();
      const until = AbortSignal.any([signal, life.signal]);
      heated = { key, life, store: addresses("audit_heatmap", { layer, component }, KEPT.heat, until) };
    }
    return heated.store;
  };
  signal.addEventListener("abort", () => {
    for (const store of [small, large, heated?.store]) store?.close();
  });
  return { small, large, heat };
}
