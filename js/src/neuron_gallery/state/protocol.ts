/** What the gallery and the kernel say to each other; Python's side of it is `widgets/neuron_gallery.py`. */

import type { LayerInfo, NeuronGalleryTraits } from "../../generated/traits";
import type { Card } from "../../neurons/neuron";

/** The synced traits, small by design: everything else is asked for. */
export type GalleryTraits = NeuronGalleryTraits;
export type SortKey = NeuronGalleryTraits["sort"];
export type { LayerInfo };

/** Answer to `rank`; with it four columns: order, alignment, null percentile, z-score, each by place. */
export interface RankResult {
  n: number;
  has_query: boolean;
  /** The later half of the components are the negative halves of the former. */
  signed: boolean;
  weak: boolean;
  strength: number | null;
  message: string;
  min: number | null;
  max: number | null;
  description: string;
}

export interface SampleInfo {
  /** The index in the dataset. */
  sample: number;
  /** The row in the database's sample table, which is what `thumbnails` wants. */
  row: number;
  label: string | null;
  name: string;
}

export interface ScoredSample extends SampleInfo {
  /** Null where it is not known. */
  score: number | null;
}

/** Images around a quantile of the neuron's scores, so that pretty pictures do not mislead. */
export interface Controls {
  /** In (0, 1); null for images drawn at random. */
  quantile: number | null;
  samples: ScoredSample[];
}

export interface ExampleInfo extends ScoredSample {
  /** Left, top, right and bottom of the crop that it is, as shares of the image; null where it is the whole image. */
  box: number[] | null;
}

/** A class that the neuron serves. */
export interface ServedClass {
  name: string;
  /** The mean over the class's samples. */
  relevance: number | null;
  /** Of the class's positive relevance, in [0, 1]. */
  share: number | null;
  n_samples: number;
}

export interface SimilarComponent {
  component: number;
  name: string;
  similarity: number | null;
}

export interface DetailResult {
  card: Card;
  examples: ExampleInfo[];
  /** Like the examples, and scored below the neuron's mean; empty where the lens does not keep them. */
  look_alikes: SampleInfo[];
  /** Higher quantiles first, the random ones last; none on a page that stands alone. */
  controls: Controls[];
  /** Best first; empty where the layer was not attributed. */
  classes: ServedClass[];
  similar: SimilarComponent[];
  mean: number | null;
  variance: number | null;
  n_samples: number | null;
  /** The component that is most like this one. */
  nearest: string | null;
}
