/** Picture stores by sample index: thumbnails, large pictures, and large pictures with one neuron's heat map. */

import type { PicturesResult } from "../../generated/protocol";
import { unpack } from "../../kernel/columns";
import type { Neuron } from "../../kernel/link";
import type { Kernel } from "../../kernel/types";
import { PictureStore } from "../../neurons/pictures/thumbnails";

export interface SamplePictures {
  small: PictureStore<ImageBitmap>;
  large: PictureStore<string>;
  /** Returns the large pictures with a neuron's heat map; repeated calls for one neuron return the same store. */
  heat: (neuron: Neuron) => PictureStore<string>;
}

const KEPT = { small: 400, large: 40, heat: 40 };

/** Makes the stores of one view; they close when its signal aborts. */
export function samplePictures(
  kernel: Kernel,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): SamplePictures {
  const load = (kind: string, about: object, until: AbortSignal) => async (samples: number[]) => {
    const reply = await kernel.request<PicturesResult>(kind, { samples, ...about }, { signal: until });
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
      // Cancels requests that are pending for the previous neuron.
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
