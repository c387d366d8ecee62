/** What every widget asks of a neuron: `cards`, `thumbnails` and `image` mean the same to all of them. */

export interface Card {
  component: number;
  name: string;
  clarity: number | null;
  polysemanticity: number | null;
  redundancy: number | null;
  maximum: number | null;
  firing_rate: number | null;
  n_examples: number;
  /** The examples' labels with how often each occurs, most frequent first. */
  labels: [label: string, count: number][];
  /** Rows of the database's sample table, best example first. */
  samples: number[];
}

export interface CardsResult {
  cards: Card[];
}

/** What a vocabulary calls a neuron. */
export interface NeuronLabel {
  component: number;
  /** Empty where no text is clear. */
  label: string;
  /** The two nearest texts, clear or not; empty where the neuron has no examples. */
  best: string;
  runner_up: string;
  margin: number | null;
  alignment: number | null;
  null_z_score: number | null;
  /** Share of random groups of as many photos whose nearest text is less clear. */
  chance: number | null;
  /** The clear label of every group of its examples with the group's share, largest first. */
  shares: [text: string, share: number][];
}

export interface LabelsResult {
  labels: NeuronLabel[];
}

/** Answer to `name`, which comes when all neurons of a layer have their labels. */
export interface NameResult {
  n: number;
  n_clear: number;
  /** A label is clear from this null z-score on, where it is also clearer than 95 % of random groups of photos. */
  clear_above: number;
}

export interface ThumbnailsResult {
  /** One more than there are thumbnails: thumbnail i is bytes offsets[i] to offsets[i + 1] of the buffer. */
  offsets: number[];
}

export interface ImageResult {
  handle: string;
  width: number;
  height: number;
}
