/** Pictures by sample index: thumbnails, large pictures, and large pictures with one neuron's heat map. */

import type { Neuron } from "../../kernel/link";
import type { Kernel } from "../../kernel/types";
import { LatestStores, type PictureStores, pictureStores } from "../../neurons/pictures/neuron_pictures";

export interface SamplePictures extends PictureStores {
  /** Returns the pictures with a neuron's heat map; repeated calls for one neuron return the same stores. */
  heat: (neuron: Neuron) => PictureStores;
}

/** Makes the stores of one view; they close when its signal aborts. */
export function samplePictures(
  kernel: Kernel,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): SamplePictures {
  const latest = new LatestStores<PictureStores>(signal);
  const heatOf = ({ layer, component }: Neuron, until: AbortSignal) =>
    pictureStores({
      ask: (samples, _size, life) =>
        kernel.request("audit_heatmap", { layer, component, samples }, { signal: life }),
      signal: until,
      onFailure,
    });
  return {
    ...pictureStores({
      ask: (samples, size, life) => kernel.request("audit_pictures", { samples, size }, { signal: life }),
      signal,
      onFailure,
    }),
    heat: (neuron) => latest.of(`${neuron.layer}:${neuron.component}`, (until) => heatOf(neuron, until)),
  };
}
