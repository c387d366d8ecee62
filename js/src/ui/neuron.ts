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

export interface ThumbnailsResult {
  /** One more than there are thumbnails: thumbnail i is bytes offsets[i] to offsets[i + 1] of the buffer. */
  offsets: number[];
}

export interface ImageResult {
  handle: string;
  width: number;
  height: number;
}
