// Generated from Python by `python -m semanticlens_widgets.widgets.typescript`.

/** A layer of the lens. */
export type LayerInfo = {
  name: string;
  n_components: number;
};

/** Images that were left out as broken. */
export type LeftOutInfo = {
  n: number;
  n_images: number;
  /** Name and reason of the first. */
  first: string;
};

/** The concepts that the decision for a class may rest on (valid), and those it must not rest on (spurious). */
export type RequirementInfo = {
  /** Null applies to every class. */
  class_name: string | null;
  valid: string[];
  spurious: string[];
};

/** A side of a comparison. */
export type SideInfo = {
  name: string;
  model: string;
  layer: string;
  foundation_model: string;
  n_components: number;
  /** The fingerprint of its images, by which sides over the same images are known. */
  images: string;
};

/** The texts that labels are chosen from. */
export type VocabularyInfo = {
  /** Its name in requests. */
  key: string;
  name: string;
  n_texts: number;
};

/** A number of a card, the same for all rows. */
export type NumberInfo = {
  key: string;
  title: string;
  meaning: string;
  /** True for a share of components, False for a mean over them. */
  is_share: boolean;
  lower_is_better: boolean;
  /** The edges of the histogram's bars, one more than bars. */
  edges: number[];
  /** One sentence on the change from the first layer or checkpoint to the last; "" for a single one. */
  trend: string;
};

/** A number of one row. */
export type RowNumber = {
  mean: number | null;
  low: number | null;
  high: number | null;
  chance: number | null;
  /** Components by bar. */
  counts: number[];
  /** True if it differs from the next in the ranking with 95 % confidence. */
  apart: boolean;
};

/** A layer, a checkpoint, or all layers together. */
export type CardRow = {
  name: string;
  /** The layer of the lens; "" for all layers together. */
  layer: string;
  n_components: number;
  n_dead: number;
  /** In the order of the card's numbers. */
  numbers: RowNumber[];
};

/** An interpretability card. */
export type CardInfo = {
  numbers: NumberInfo[];
  rows: CardRow[];
  /** The rows that are one layer or checkpoint each, in their order; a row over all layers follows. */
  n_parts: number;
  /** True if all rows are layers of one lens. */
  one_lens: boolean;
};

export interface AuditTableTraits {
  ablated: string[];
  attributed: number;
  before_id: string;
  caveat: string;
  class_name: string;
  decision_threshold: number | null;
  examples_as: "frame" | "crop" | "heatmap";
  examples_choices: string[];
  foundation_model: string;
  height: number;
  label_choices: string[];
  labels_by: string;
  layer: string;
  layers: LayerInfo[];
  left_out: LeftOutInfo | null;
  linked: string[];
  max_spurious: number;
  query: string;
  query_image: string;
  requirements: RequirementInfo[];
  revision: number;
  selection: string[];
  threshold: number;
  vocabulary_info: VocabularyInfo | null;
  within_class: boolean;
}

export interface CardViewTraits {
  attributed: number;
  bar: [] | [row: number, number: string, bar: number];
  card_info: CardInfo;
  caveat: string;
  examples_as: "frame" | "crop" | "heatmap";
  examples_choices: string[];
  foundation_model: string;
  height: number;
  layer: string;
  layers: LayerInfo[];
  left_out: LeftOutInfo | null;
  linked: string[];
  number: "clarity" | "clear" | "polysemanticity" | "redundancy" | "labelled";
  query: string;
  query_image: string;
  ranked: boolean;
  revision: number;
  selection: string[];
}

export interface CompareExplorerTraits {
  attributed: number;
  camera: number[];
  caveat: string;
  descending: boolean;
  encoding: "side" | "match" | "alignment" | "cluster" | "clarity" | "polysemanticity" | "redundancy";
  examples_as: "frame" | "crop" | "heatmap";
  examples_choices: string[];
  foundation_model: string;
  height: number;
  label_choices: string[];
  labels_by: string;
  layer: string;
  layers: LayerInfo[];
  left_out: LeftOutInfo | null;
  linked: string[];
  method: "pca" | "umap";
  pair: string[];
  query: string;
  query_image: string;
  revision: number;
  selection: string[];
  series: boolean;
  show: "all" | "matched" | "lost" | "gained";
  sides: SideInfo[];
  sort: "strength" | "similarity" | "component" | "clarity" | "polysemanticity" | "redundancy" | "maximum" | "firing_rate";
  step: number;
  vocabulary_info: VocabularyInfo | null;
}

export interface CompareGalleryTraits {
  attributed: number;
  caveat: string;
  descending: boolean;
  examples_as: "frame" | "crop" | "heatmap";
  examples_choices: string[];
  foundation_model: string;
  height: number;
  label_choices: string[];
  labels_by: string;
  layer: string;
  layers: LayerInfo[];
  left_out: LeftOutInfo | null;
  linked: string[];
  pair: string[];
  query: string;
  query_image: string;
  revision: number;
  selection: string[];
  show: "all" | "matched" | "lost" | "gained";
  sides: SideInfo[];
  sort: "strength" | "similarity" | "component" | "clarity" | "polysemanticity" | "redundancy" | "maximum" | "firing_rate";
  vocabulary_info: VocabularyInfo | null;
}

export interface CompareMapTraits {
  attributed: number;
  camera: number[];
  caveat: string;
  encoding: "side" | "match" | "alignment" | "cluster" | "clarity" | "polysemanticity" | "redundancy";
  examples_as: "frame" | "crop" | "heatmap";
  examples_choices: string[];
  foundation_model: string;
  height: number;
  layer: string;
  layers: LayerInfo[];
  left_out: LeftOutInfo | null;
  linked: string[];
  method: "pca" | "umap";
  pair: string[];
  query: string;
  query_image: string;
  revision: number;
  selection: string[];
  series: boolean;
  sides: SideInfo[];
  step: number;
}

export interface ConceptGraphTraits {
  attributed: number;
  caveat: string;
  examples_as: "frame" | "crop" | "heatmap";
  examples_choices: string[];
  foundation_model: string;
  graph_class: string;
  height: number;
  layer: string;
  layers: LayerInfo[];
  left_out: LeftOutInfo | null;
  linked: string[];
  opened: string;
  query: string;
  query_image: string;
  result_id: string;
  revision: number;
  selection: string[];
  weak_below: number;
  without: string[];
}

export interface ConceptMapTraits {
  attributed: number;
  camera: number[];
  caveat: string;
  class_name: string;
  encoding: "alignment" | "cluster" | "clarity" | "polysemanticity" | "redundancy" | "relevance" | "verdict" | "layer";
  examples_as: "frame" | "crop" | "heatmap";
  examples_choices: string[];
  foundation_model: string;
  height: number;
  layer: string;
  layers: LayerInfo[];
  left_out: LeftOutInfo | null;
  linked: string[];
  method: "pca" | "umap";
  query: string;
  query_image: string;
  requirements: RequirementInfo[];
  revision: number;
  selection: string[];
  threshold: number;
  within_class: boolean;
}

export interface ExplorerTraits {
  ablated: string[];
  attributed: number;
  before_id: string;
  camera: number[];
  caveat: string;
  class_name: string;
  components: string[];
  decision_threshold: number | null;
  descending: boolean;
  encoding: "alignment" | "cluster" | "clarity" | "polysemanticity" | "redundancy" | "relevance" | "verdict" | "layer";
  examples_as: "frame" | "crop" | "heatmap";
  examples_choices: string[];
  foundation_model: string;
  height: number;
  label_choices: string[];
  labels_by: string;
  layer: string;
  layers: LayerInfo[];
  left_out: LeftOutInfo | null;
  linked: string[];
  max_spurious: number;
  method: "pca" | "umap";
  n_examples_shown: number;
  pinned: string[];
  query: string;
  query_image: string;
  requirements: RequirementInfo[];
  revision: number;
  selection: string[];
  sort: "alignment" | "component" | "clarity" | "polysemanticity" | "redundancy" | "maximum" | "firing_rate";
  tab: "neurons" | "audit";
  threshold: number;
  vocabulary_info: VocabularyInfo | null;
  within_class: boolean;
}

export interface KnowledgeViewTraits {
  area: "share" | "relevance";
  attributed: number;
  caveat: string;
  examples_as: "frame" | "crop" | "heatmap";
  examples_choices: string[];
  foundation_model: string;
  height: number;
  known_layer: string;
  layer: string;
  layers: LayerInfo[];
  left_out: LeftOutInfo | null;
  linked: string[];
  query: string;
  query_image: string;
  result_id: string;
  revision: number;
  selection: string[];
  within: string;
}

export interface NeuronGalleryTraits {
  attributed: number;
  caveat: string;
  components: string[];
  descending: boolean;
  examples_as: "frame" | "crop" | "heatmap";
  examples_choices: string[];
  foundation_model: string;
  height: number;
  label_choices: string[];
  labels_by: string;
  layer: string;
  layers: LayerInfo[];
  left_out: LeftOutInfo | null;
  linked: string[];
  n_examples_shown: number;
  pinned: string[];
  query: string;
  query_image: string;
  revision: number;
  selection: string[];
  sort: "alignment" | "component" | "clarity" | "polysemanticity" | "redundancy" | "maximum" | "firing_rate";
  vocabulary_info: VocabularyInfo | null;
}

export interface PredictionViewTraits {
  asking: string;
  attributed: number;
  by: "relevance" | "difference" | "percentile" | "score" | "alignment";
  caveat: string;
  class_name: string;
  component: string;
  contrast_class: string;
  contrast_picture: string;
  contrast_sample: number | null;
  examples_as: "frame" | "crop" | "heatmap";
  examples_choices: string[];
  factors: Record<string, number>;
  foundation_model: string;
  has_model: boolean;
  height: number;
  layer: string;
  layers: LayerInfo[];
  left_out: LeftOutInfo | null;
  linked: string[];
  n_images: number;
  picture: string;
  place: number[];
  query: string;
  query_image: string;
  revision: number;
  sample: number | null;
  selection: string[];
}
