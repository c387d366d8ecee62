// Generated from Python by `python -m semanticlens_widgets.widgets.typescript`.

export type Sort = "alignment" | "component" | "clarity" | "polysemanticity" | "redundancy" | "maximum" | "firing_rate";

export type Size = "small" | "large" | "full";

export type Encoding = "alignment" | "cluster" | "clarity" | "polysemanticity" | "redundancy" | "relevance" | "verdict" | "layer" | "side" | "match";

export type Method = "pca" | "umap";

export type Order = "relevance" | "difference" | "percentile" | "score" | "alignment";

/** Parameters of `shown`: a page shows a widget. */
export type ShownParams = {
  /** The id of the widget's model. */
  view: string;
  /** The id of the page. */
  page: string;
};

/** Answer to `shown`, which is empty. */
export type ShownResult = Record<string, never>;

/** Parameters of `explain_sample`: a page without a prediction view sends an image of the lens to one. */
export type ExplainSampleParams = {
  sample: number;
  /** The id of that page. */
  page: string;
};

/** Answer to `explain_sample`, which is empty. */
export type ExplainSampleResult = Record<string, never>;

/** Parameters of `part`: a view needs code that is not in the bundle. */
export type PartParams = {
  name: string;
};

/** Answer to `part`. */
export type PartResult = {
  code: string;
  css: string;
};

/** Parameters of `rank`. */
export type RankParams = {
  layer: string;
  query: string;
  /** The handle of an image query; "" for none. */
  query_image: string;
  sort: "alignment" | "component" | "clarity" | "polysemanticity" | "redundancy" | "maximum" | "firing_rate";
  descending: boolean;
};

/**
 * Answer to `rank`, with five columns by place.
 *
 * They are order, alignment, share of unrelated words with a lower alignment, standard deviations above the layer's
 * components, and standard deviations above unrelated words.
 */
export type RankResult = {
  weak: boolean;
  /** Share of unrelated words whose best neuron answers worse; null without a calibration. */
  strength: number | null;
  /** Sentence on words of the query that the foundation model can't judge by what images look like; "" without any. */
  caveat: string;
  min: number | null;
  max: number | null;
  n: number;
  has_query: boolean;
  /** True if the later half of the components are the negative halves of the former. */
  signed: boolean;
};

/** Parameters of `cards`. */
export type CardsParams = {
  layer: string;
  components: number[];
};

/** A component with its scores and examples. */
export type Card = {
  component: number;
  name: string;
  clarity: number | null;
  polysemanticity: number | null;
  redundancy: number | null;
  maximum: number | null;
  firing_rate: number | null;
  n_examples: number;
  /** Labels of the examples with their counts, most frequent first. */
  labels: [string, number][];
  /** Rows of the database's sample table, best example first. */
  samples: number[];
};

/** Answer to `cards`. */
export type CardsResult = {
  cards: Card[];
};

/** Parameters of `detail`. */
export type DetailParams = {
  layer: string;
  component: number;
};

/** A concept example. */
export type ExampleInfo = {
  /** The index in the dataset. */
  sample: number;
  /** The row in the database's sample table, by which `thumbnails` finds it. */
  row: number;
  label: string | null;
  name: string;
  /** Null if it is not known. */
  score: number | null;
  /** Left, top, right and bottom of its crop as shares of the image; null for the whole image. */
  box: number[] | null;
};

/** A sample of the database. */
export type SampleInfo = {
  /** The index in the dataset. */
  sample: number;
  /** The row in the database's sample table, by which `thumbnails` finds it. */
  row: number;
  label: string | null;
  name: string;
};

/** A sample with the score of a component. */
export type ScoredSample = {
  /** The index in the dataset. */
  sample: number;
  /** The row in the database's sample table, by which `thumbnails` finds it. */
  row: number;
  label: string | null;
  name: string;
  /** Null if it is not known. */
  score: number | null;
};

/** Images around a quantile of the component's scores, so that the best examples do not mislead. */
export type Controls = {
  /** In (0, 1); null for images drawn at random. */
  quantile: number | null;
  samples: ScoredSample[];
};

/** Numbers of attributed samples by score, in bins of equal width. */
export type Histogram = {
  /** Lower edge of the first bin. */
  low: number;
  /** Upper edge of the last bin, which includes it. */
  high: number;
  counts: number[];
  n_samples: number;
};

/** A class that the component is relevant for. */
export type ServedClass = {
  name: string;
  /** The mean over the samples of the class. */
  relevance: number | null;
  /** Of the positive relevance for the class, in [0, 1]. */
  share: number | null;
  n_samples: number;
};

/** A component with similar examples. */
export type SimilarComponent = {
  component: number;
  name: string;
  similarity: number | null;
};

/** Answer to `detail`. */
export type DetailResult = {
  card: Card;
  examples: ExampleInfo[];
  /** Samples like the examples that score below the component's mean; empty if the lens does not keep them. */
  look_alikes: SampleInfo[];
  /** Highest quantile first, random images last; empty on a page of `to_html`. */
  controls: Controls[];
  /** Null without a relevance of the layer, which alone keeps scores of samples that are no examples. */
  histogram: Histogram | null;
  /** Best first; empty without a relevance of the layer. */
  classes: ServedClass[];
  similar: SimilarComponent[];
  mean: number | null;
  variance: number | null;
  n_samples: number | null;
  /** The most similar other component. */
  nearest: string | null;
};

/** Parameters of `compare`. */
export type CompareParams = {
  names: string[];
};

/** A component beside others. */
export type ComparedNeuron = {
  layer: string;
  /** Without controls. */
  detail: DetailResult;
};

/** Answer to `compare`. */
export type CompareResult = {
  /** In the order of the names. */
  neurons: ComparedNeuron[];
  /** Of every two embeddings; null where one has no examples. */
  cosines: ((number | null)[])[];
};

/** Parameters of `thumbnails`. */
export type ThumbnailsParams = {
  /** Rows of the sample table. */
  samples: number[];
  size: "small" | "large" | "full";
};

/** Answer to every request for pictures, with one buffer of WebP files one after the other. */
export type PicturesResult = {
  /** File i is bytes offsets[i] to offsets[i + 1] of the buffer, and empty if there is no picture. */
  offsets: number[];
};

/** Parameters of `example_crops` and of `example_heatmaps`. */
export type ExamplePicturesParams = {
  layer: string;
  /** Pairs of component and rank. */
  examples: number[][];
  size: "small" | "large" | "full";
};

/** Parameters of `image`. */
export type ImageParams = {
  /** The name of the file; "" for none. */
  name: string;
};

/** Answer to `image`, which sends an image file as its buffer. */
export type ImageResult = {
  handle: string;
  width: number;
  height: number;
};

/** Parameters of `query_picture`. */
export type QueryPictureParams = {
  handle: string;
};

/** Answer to `query_picture`: the pictures of an image query, with the names of their files. */
export type QueryPictureResult = {
  /** File i is bytes offsets[i] to offsets[i + 1] of the buffer, and empty if there is no picture. */
  offsets: number[];
  /** In the order of the pictures; "" for none. */
  names: string[];
};

/** No parameters, or an empty answer. */
export type Nothing = Record<string, never>;

/** Parameters of `label_layer`. */
export type LabelLayerParams = {
  layer: string;
  /** The key of a vocabulary. */
  vocabulary: string;
};

/** Answer to `label_layer`, once all components of the layer have their labels. */
export type LabelLayerResult = {
  n: number;
  n_clear: number;
  /** Labels are clear from this null z-score on, if also clearer than 95 % of random groups of images. */
  clear_above: number;
  /** At most three clear labels that are strong matches and differ most: queries to begin with. */
  queries: string[];
};

/** Parameters of `labels`. */
export type LabelsParams = {
  layer: string;
  /** The key of a vocabulary. */
  vocabulary: string;
  components: number[];
};

/** The label that one of several methods gives to a component. */
export type MethodLabel = {
  method: string;
  /** Empty if it has none. */
  label: string;
  /** Its margin, chance and faithfulness, as far as they are known, in words. */
  worth: string;
  /** True if it is the label shown, or one is a hypernym of the other; null without two labels. */
  agrees: boolean | null;
};

/** The label of a component. */
export type NeuronLabel = {
  component: number;
  /** Empty if no text is clear. */
  label: string;
  /** The nearest text, clear or not; empty if the component has no examples. */
  best: string;
  runner_up: string;
  margin: number | null;
  alignment: number | null;
  null_z_score: number | null;
  /** Share of random groups of as many images whose nearest text is less clear. */
  chance: number | null;
  /** Clear labels of groups of the examples with the share of each group, largest first. */
  shares: [string, number][];
  /** The labels of all methods, the one shown among them; empty where there is one method. */
  methods: MethodLabel[];
};

/** Answer to `labels`. */
export type LabelsResult = {
  labels: NeuronLabel[];
};

/** Parameters of `complete`. */
export type CompleteParams = {
  text: string;
  /** The key of a vocabulary, whose words come first; "" for none. */
  vocabulary: string;
};

/** Answer to `complete`: words that begin with the text. */
export type CompleteResult = {
  words: string[];
};

/** Parameters of `map`. */
export type MapParams = {
  layers: string[];
  method: "pca" | "umap";
};

/** The points of one layer: `count` of them from `start` on, in the order of its components. */
export type LayerPoints = {
  name: string;
  start: number;
  count: number;
  /** True if the later half of them are the negative halves of the former. */
  signed: boolean;
  /** True if they are drawn as rings, which tells the sides of a comparison apart without colours. */
  hollow: boolean;
};

/** A cluster of points. */
export type ClusterInfo = {
  /** "" for a cluster that no text fits better than chance, and as long as names are not known. */
  name: string;
  /** Share of the members that agree with the name; null without a name. */
  agreement: number | null;
  /** The same of all other components. */
  elsewhere: number | null;
  /** The next best text; "" without a name. */
  runner_up: string;
  /** True if the members do not prefer the name to it beyond chance. */
  is_close: boolean;
  /** Name of the component that is most like all members. */
  central: string;
  /** The position of its label, in the coordinates of `bounds`. */
  x: number;
  y: number;
  size: number;
  /** The row of a sample that shows it; null for none. */
  sample: number | null;
};

/**
 * Answer to `map` and to `map_update`, with two columns by place.
 *
 * Positions are Uint16 x and y, 0 to 65534 from one bound to the other; x = 65535 is a component without a position.
 * Clusters are indices into `clusters`, Uint8 up to 254 clusters, else Uint16; the highest number is none.
 */
export type MapResult = {
  n: number;
  /** x0, y0, x1, y1. */
  bounds: [number, number, number, number];
  layers: LayerPoints[];
  method: "pca" | "umap";
  /** True once clusters are found; their names come with the final layout. */
  clustered: boolean;
  /** False while a better layout is being computed: request it with `map_update`. */
  final: boolean;
  clusters: ClusterInfo[];
};

/** Parameters of `map_update`, which is answered once there is a better layout. */
export type MapUpdateParams = {
  layers: string[];
  method: "pca" | "umap";
  /** The method of the positions that the browser has. */
  have: "pca" | "umap";
  /** True if the browser has the clusters of these positions. */
  clustered: boolean;
};

/** Parameters of `encoding`. */
export type EncodingParams = {
  layers: string[];
  encoding: "alignment" | "cluster" | "clarity" | "polysemanticity" | "redundancy" | "relevance" | "verdict" | "layer" | "side" | "match";
  query: string;
  query_image: string;
};

/** Answer to `encoding`, with one column by place: Float32, NaN for no value. */
export type EncodingResult = {
  kind: "sequential" | "diverging";
  min: number | null;
  max: number | null;
  /** True if the best neuron answers the query no better than unrelated words; `message` gives the reason. */
  weak: boolean;
  message: string;
  /** That of `rank`; "" for other encodings. */
  caveat: string;
};

/** Parameters of `probe`. */
export type ProbeParams = {
  layers: string[];
  method: "pca" | "umap";
  /** The method of the positions that the browser shows. */
  have: "pca" | "umap";
  query: string;
  query_image: string;
};

/** Answer to `probe`: the position of the query; null if the layout has none for it. */
export type ProbeResult = {
  x: number | null;
  y: number | null;
};

/** Parameters of `audit_classes`. */
export type LayerParams = {
  layer: string;
};

/** A class of the model. */
export type ClassInfo = {
  name: string;
  n_samples: number;
};

/** Answer to `audit_classes`. */
export type ClassesResult = {
  /** Without a relevance: "missing" if the lens has a model to compute it with, else "no_model". */
  state: "computed" | "missing" | "no_model";
  /** The method of attribution. */
  method: string;
  classes: ClassInfo[];
  has_heatmaps: boolean;
  can_ablate: boolean;
};

/** Parameters of `audit`: the concepts of one class. */
export type AuditParams = {
  threshold: number;
  /** True to judge components by the samples of the class too. */
  within_class: boolean;
  layer: string;
  class_name: string;
  valid: string[];
  spurious: string[];
};

/** A text for every concept of the two lists, in order. */
export type ConceptTexts = {
  valid: string[];
  spurious: string[];
};

/**
 * Answer to `audit`, with thirteen columns by component.
 *
 * Relevance and share (Float32); for valid and then for spurious concepts the z-score, its percentile among random
 * groups of images, the alignment (Float32) and the index of the concept in its list (Uint16, 65535 is none); the
 * verdict (Uint8, an index into `VERDICTS`); the bounds of the interval of the share (Float32).
 */
export type AuditResult = {
  n: number;
  n_samples: number;
  /** A neuron answers to a concept from this percentile on, if its z-score reaches the threshold too. */
  bar: number;
  /** Of positive relevance, in the order of `VERDICTS`; all 0 without positive relevance. */
  shares: number[];
  /** The two bounds of each share over the samples of the class; none without concepts, each empty for one sample. */
  intervals: number[][];
  /** The baseline of the z-score of each concept: "words" or "pictures". */
  calibrations: ConceptTexts;
  /** Sentence on words of the concept that the foundation model is blind to; "" without any. */
  caveats: ConceptTexts;
  /** Names of the spurious and ambiguous neurons with relevance, the largest share first. */
  suspects: string[];
};

/** The concepts that the decision for a class may rest on (valid), and those it must not rest on (spurious). */
export type RequirementInfo = {
  /** Null applies to every class. */
  class_name: string | null;
  valid: string[];
  spurious: string[];
};

/** Parameters of `audit_within`, after which `audit` and `audit_summary` are quick with `within_class`. */
export type WithinParams = {
  layer: string;
  requirements: RequirementInfo[];
  threshold: number;
};

/** Parameters of `audit_summary`. */
export type SummaryParams = {
  threshold: number;
  /** True to judge components by the samples of the class too. */
  within_class: boolean;
  layer: string;
  requirements: RequirementInfo[];
};

/** A class with the shares of its relevance in the order of `VERDICTS`. */
export type ClassShares = {
  name: string;
  shares: number[];
  /** The two bounds of the spurious share over the samples of the class; none for one sample. */
  spurious: number[];
};

/** Answer to `audit_summary`: every class that has a requirement. */
export type SummaryResult = {
  classes: ClassShares[];
};

/** Parameters of `audit_samples`. */
export type AuditSamplesParams = {
  layer: string;
  component: number;
  class_name: string;
  of: "class" | "all";
  limit: number;
};

/** A sample behind a component. */
export type AuditSample = {
  /** The index in the dataset. */
  sample: number;
  name: string;
  label: string | null;
  /** The class whose output was attributed. */
  class_name: string;
  /** The prediction of the model; null if it has no name. */
  predicted: string | null;
  score: number | null;
  relevance: number | null;
};

/** Answer to `audit_samples`. */
export type SamplesResult = {
  /** The most relevant of the class, or those of any class with the highest scores, best first. */
  samples: AuditSample[];
  /** The number of all such samples. */
  n: number;
};

/** Parameters of `audit_pictures`. */
export type AuditPicturesParams = {
  /** Indices in the dataset. */
  samples: number[];
  size: "small" | "large" | "full";
};

/** Parameters of `audit_heatmap`. */
export type AuditHeatmapParams = {
  layer: string;
  component: number;
  /** Indices in the dataset. */
  samples: number[];
};

/** A text that unexpected neurons of a class have among their two best. */
export type SharedText = {
  text: string;
  n: number;
  /** Number among as many random neurons of the layer. */
  expected: number;
  chance_percentile: number;
  components: string[];
};

/** Answer to `audit_agreement`. */
export type AgreementResult = {
  /** Number of the unexpected neurons that were compared, the most relevant of the class. */
  n: number;
  /** The most surprising first. */
  texts: SharedText[];
};

/** Parameters of `audit_before`: a class of an earlier audit, and how it is judged now. */
export type BeforeParams = {
  threshold: number;
  /** True to judge components by the samples of the class too. */
  within_class: boolean;
  layer: string;
  class_name: string;
  valid: string[];
  spurious: string[];
  before_id: string;
};

/** Answer to `audit_before`, with two columns by component: share (Float32) and verdict (Uint8). */
export type BeforeResult = {
  /** 0 if the audit is of another layer or without this class. */
  n: number;
  n_samples: number;
  shares: number[];
  /** As in `AuditResult`. */
  intervals: number[][];
  valid: string[];
  spurious: string[];
  /** One sentence that names every setting in which the audits differ; "" for none. */
  differences: string;
};

/** Parameters of `attribute`; the classes of the requirements are checked before the model runs. */
export type AttributeParams = {
  layer: string;
  requirements: RequirementInfo[];
};

/** Parameters of `ablate`, and of a report with its result. */
export type AblateParams = {
  components: string[];
  class_name: string;
  /** For outputs that are judged one by one: yes above it. Null is 0, for logits. */
  threshold: number | null;
};

/** A measure of the model's answers before and after ablation; null and no bounds where it is not defined. */
export type MeasureChange = {
  measure: "accuracy" | "sensitivity" | "specificity" | "auroc";
  before: number | null;
  after: number | null;
  /** The two bounds with 95 % confidence. */
  before_interval: number[];
  after_interval: number[];
  /** With as many random neurons of about the same relevance ablated instead: mean over the draws. */
  random: number | null;
};

/** The answers on a class, or on all classes, before and after ablation. */
export type Accuracy = {
  class_name: string;
  n: number;
  /** The accuracy; where outputs are judged one by one, for a class all four. */
  measures: MeasureChange[];
};

/** Answer to `ablate`. */
export type AblationResult = {
  overall: Accuracy;
  classes: Accuracy[];
  n_draws: number;
};

/** Parameters of `audit_export`, whose answer is a file in its buffer. */
export type ExportParams = {
  threshold: number;
  /** True to judge components by the samples of the class too. */
  within_class: boolean;
  layer: string;
  requirements: RequirementInfo[];
  max_spurious: number;
  format: "csv" | "json" | "html";
  /** An ablation that was measured, for a report. */
  ablation: AblateParams | null;
};

/** Parameters of `nearest` and of `chance`. */
export type PairParams = {
  /** The name of the side whose components are asked about. */
  source: string;
  /** The name of the side in which they look for the most similar one. */
  target: string;
};

/**
 * Answer to `nearest`, with three columns by component of `source`.
 *
 * Nearest component of `target` (Int32, -1 for none), similarity (Float32, NaN for none), mutual (Uint8): true for a
 * component that is the nearest of its nearest.
 */
export type NearestResult = {
  n: number;
  mutual: number;
  /** The mean over components. */
  similarity: number | null;
};

/**
 * Answer to `chance`, with two columns by component of `source`.
 *
 * The share of random sets of groups, in place of `target`, whose nearest is less similar (Float32, NaN for none), and
 * bits (Uint8): 1 for a component that is matched, 2 for one that shows something and is not matched.
 */
export type ChanceResult = {
  /** Components that can be compared. */
  n: number;
  matched: number;
  alone: number;
  /** The mean over components of the similarity with the nearest of random groups. */
  similarity: number | null;
};

/** Parameters of `knowledge`. */
export type KnowledgeParams = {
  /** The id of the knowledge. */
  knowledge: string;
};

/** Components that answer to a word or hypernym, and what chance gives. */
export type Answering = {
  n: number;
  relevance: number | null;
  /** The mean number among as many random groups of images. */
  expected: number;
  /** The share of draws of random groups with fewer. */
  percentile: number;
  known: boolean;
};

/** A word or hypernym that components have as their label, or that is above such words. */
export type KnownWord = {
  n: number;
  relevance: number | null;
  /** The mean number among as many random groups of images. */
  expected: number;
  /** The share of draws of random groups with fewer. */
  percentile: number;
  known: boolean;
  word: string;
  /** The place of the hypernym in the list, which comes first; -1 at the top. */
  parent: number;
  /** The components whose label is the word itself and none below it; null without any. */
  own: Answering | null;
  /** Words of the vocabulary here and below, but below no other word of the list, that nothing answers to. */
  holes: string[];
};

/** Answer to `knowledge`. */
export type KnowledgeResult = {
  n_components: number;
  /** Components with a clear label. */
  n_labelled: number;
  has_relevance: boolean;
  words: KnownWord[];
  /** Words that nothing answers to, outside of all hypernyms in the list. */
  holes: string[];
};

/** Parameters of `graph`. */
export type GraphParams = {
  /** The id of the graph. */
  graph: string;
};

/** A layer of a graph. */
export type GraphLayer = {
  name: string;
  /** 0 for a layer that no other feeds, otherwise one more than that of the layer that feeds it. */
  column: number;
  n_components: number;
};

/** A component, or the class. */
export type GraphNode = {
  name: string;
  /** "" for the class. */
  layer: string;
  /** Its number in the layer; -1 for the class. */
  component: number;
  /** Its place from the top of its layer, in an order in which strong edges cross least. */
  place: number;
  label: string;
  /** "" where none is known. */
  verdict: string;
  /** The mean over the class's samples. */
  relevance: number | null;
  /** Of the sizes of all in its layer, with the sign of the relevance. */
  share: number | null;
  /** Rows of the sample table, best example first. */
  samples: number[];
};

/** An edge between two nodes. */
export type GraphEdge = {
  /** The number of the node. */
  source: number;
  target: number;
  /** The mean amount that the source adds to the target. */
  edge: number;
  /** Of the sizes of all edges into the target from the layer of the source, -1 to 1. */
  share: number;
};

/** Answer to `graph`. */
export type GraphResult = {
  class_name: string;
  n_samples: number;
  /** Edges with a smaller share are not in the list. */
  weak_below: number;
  layers: GraphLayer[];
  /** By layer, the most relevant first; the last is the class. */
  nodes: GraphNode[];
  edges: GraphEdge[];
};

/** Parameters of `graph_without`. */
export type WithoutParams = {
  /** The id of the graph. */
  graph: string;
  /** Names of the components that are zero. */
  nodes: string[];
  /** True to measure random components of the same layers too. */
  control: boolean;
};

/** A node of a later layer, or the class, with and without them. */
export type NodeChange = {
  /** The number of the node. */
  node: number;
  /** The mean score over the class's samples, of the class its output. */
  before: number | null;
  after: number | null;
  /** The change over the size of `before`. */
  share: number | null;
  /** The mean share without random components of the same layers; null unless asked for. */
  random: number | null;
};

/** Answer to `graph_without`. */
export type WithoutResult = {
  changes: NodeChange[];
};

/** Parameters of `explain`. */
export type ExplainParams = {
  /** The id of the widget's options: attribution method, threshold and vocabulary. */
  asking: string;
  layer: string;
  /** Null for a picture. */
  sample: number | null;
  /** The handle of an image that is no sample; "" for a sample. */
  picture: string;
  /** "" for the predicted class. */
  class_name: string;
  contrast_class: string;
  contrast_sample: number | null;
  contrast_picture: string;
};

/** The explained image, or what it is contrasted with. */
export type ExplainedSide = {
  class_name: string;
  /** Null where it is not known. */
  output: number | null;
  /** The output less what all components add. */
  rest: number | null;
  sample: number | null;
  /** Of the sample; null for none. */
  label: string | null;
  /** Of the sample or the file; "" for none. */
  name: string;
};

/** An output of the model. */
export type OutputInfo = {
  name: string;
  value: number | null;
  probability: number | null;
  /** Of decisions that are taken one by one; null where outputs are rivals. */
  yes: boolean | null;
};

/** Answer to `explain`, with the picture of either image as WebP; the second is empty without a second image. */
export type ExplainResult = {
  own: ExplainedSide;
  contrast: ExplainedSide | null;
  /** The highest of the image, and those of the explained classes. */
  outputs: OutputInfo[];
  /** The names of all outputs. */
  classes: string[];
  n_components: number;
  signed: boolean;
  /** Rows and columns of cells; null where components have no places on the image. */
  grid: number[] | null;
  /** Height and width of the picture, in whose pixels places count. */
  sides: number[];
  /** Other images that percentiles are among; 0 where they are not known. */
  n_compared: number;
  /** True if outputs, effects and steering can be had. */
  has_model: boolean;
  notes: string[];
};

/** Parameters of `explain_rows`. */
export type ExplainRowsParams = {
  /** The id of the widget's options: attribution method, threshold and vocabulary. */
  asking: string;
  layer: string;
  /** Null for a picture. */
  sample: number | null;
  /** The handle of an image that is no sample; "" for a sample. */
  picture: string;
  /** "" for the predicted class. */
  class_name: string;
  contrast_class: string;
  contrast_sample: number | null;
  contrast_picture: string;
  by: "relevance" | "difference" | "percentile" | "score" | "alignment";
  query: string;
  query_image: string;
  /** A pixel [x, y]: the components that fire there; empty for all. */
  place: number[];
  /** Rows, at most. */
  n: number;
  /** Components whose rows are wanted too. */
  also: number[];
};

/** A component on the image. */
export type ExplainedRow = {
  component: number;
  name: string;
  label: string;
  score: number | null;
  percentile: number | null;
  rank: number | null;
  relevance: number | null;
  relevance_contrast: number | null;
  difference: number | null;
  /** With the query; null without one. */
  alignment: number | null;
  /** At the place, over the highest score on any image; null without a place. */
  strength: number | null;
  /** The amount that its cell at the place adds; null without a place. */
  here: number | null;
};

/** The sums over several components. */
export type Amounts = {
  n: number;
  relevance: number | null;
  relevance_contrast: number | null;
  difference: number | null;
};

/** Answer to `explain_rows`. */
export type ExplainRowsResult = {
  rows: ExplainedRow[];
  also: ExplainedRow[];
  /** All components that are not among the rows. */
  others: Amounts;
  /** Components in this order: those that fire at the place, or all. */
  n: number;
  /** Of the query; "" for none. */
  caveat: string;
};

/** Parameters of `explain_effects`. */
export type ExplainEffectsParams = {
  /** The id of the widget's options: attribution method, threshold and vocabulary. */
  asking: string;
  layer: string;
  /** Null for a picture. */
  sample: number | null;
  /** The handle of an image that is no sample; "" for a sample. */
  picture: string;
  /** "" for the predicted class. */
  class_name: string;
  contrast_class: string;
  contrast_sample: number | null;
  contrast_picture: string;
  components: number[];
};

/** Answer to `explain_effects`. */
export type ExplainEffectsResult = {
  /** The output less that without the component, in the order of the components. */
  effects: (number | null)[];
};

/** Parameters of `explain_heatmap`. */
export type ExplainHeatmapParams = {
  /** The id of the widget's options: attribution method, threshold and vocabulary. */
  asking: string;
  layer: string;
  /** Null for a picture. */
  sample: number | null;
  /** The handle of an image that is no sample; "" for a sample. */
  picture: string;
  /** "" for the predicted class. */
  class_name: string;
  contrast_class: string;
  contrast_sample: number | null;
  contrast_picture: string;
  component: number;
};

/** The heat map of a component on one image. */
export type HeatInfo = {
  /** The activation where it responds most; 0 where it does not respond. */
  highest: number | null;
  /** The same over its highest score on any image; null for a component that never responded. */
  strength: number | null;
};

/** Answer to `explain_heatmap`: one WebP file each for the image and a second image, coloured. */
export type ExplainHeatmapResult = {
  maps: HeatInfo[];
};

/** Parameters of `explain_image`, which sends an image file as its buffer. */
export type ExplainImageParams = {
  name: string;
};

/** Answer to `explain_image`. */
export type ExplainImageResult = {
  handle: string;
};

/** A component that is steered. */
export type Factor = {
  component: string;
  factor: number;
};

/** Parameters of `steer`. */
export type SteerParams = {
  /** The id of the widget's options: attribution method, threshold and vocabulary. */
  asking: string;
  layer: string;
  /** Null for a picture. */
  sample: number | null;
  /** The handle of an image that is no sample; "" for a sample. */
  picture: string;
  /** "" for the predicted class. */
  class_name: string;
  contrast_class: string;
  contrast_sample: number | null;
  contrast_picture: string;
  factors: Factor[];
};

/** An output before and after. */
export type SteeredOutput = {
  name: string;
  value_before: number | null;
  value_after: number | null;
  probability_before: number | null;
  probability_after: number | null;
};

/** Answer to `steer`. */
export type SteerResult = {
  /** The highest before or after, and those of the explained classes. */
  outputs: SteeredOutput[];
  /** The highest output of the steered model. */
  answer: string;
};

/** Parameters of `steer_accuracy`. */
export type SteerAccuracyParams = {
  asking: string;
  factors: Factor[];
  /** "" for all images. */
  class_name: string;
};

/** A share of samples, or a change of one, with its 95 % interval. */
export type Share = {
  mean: number | null;
  low: number | null;
  high: number | null;
};

/** Answer to `steer_accuracy`. */
export type SteerAccuracyResult = {
  /** Samples; of decisions the answers. */
  n: number;
  before: Share;
  after: Share;
  change: Share;
};

/** Parameters and answer by kind of request. */
export type Requests = {
  shown: { params: ShownParams; result: ShownResult };
  explain_sample: { params: ExplainSampleParams; result: ExplainSampleResult };
  part: { params: PartParams; result: PartResult };
  rank: { params: RankParams; result: RankResult };
  cards: { params: CardsParams; result: CardsResult };
  detail: { params: DetailParams; result: DetailResult };
  compare: { params: CompareParams; result: CompareResult };
  thumbnails: { params: ThumbnailsParams; result: PicturesResult };
  example_crops: { params: ExamplePicturesParams; result: PicturesResult };
  example_heatmaps: { params: ExamplePicturesParams; result: PicturesResult };
  image: { params: ImageParams; result: ImageResult };
  query_picture: { params: QueryPictureParams; result: QueryPictureResult };
  prepare: { params: Nothing; result: Nothing };
  label_layer: { params: LabelLayerParams; result: LabelLayerResult };
  labels: { params: LabelsParams; result: LabelsResult };
  complete: { params: CompleteParams; result: CompleteResult };
  map: { params: MapParams; result: MapResult };
  map_update: { params: MapUpdateParams; result: MapResult };
  encoding: { params: EncodingParams; result: EncodingResult };
  probe: { params: ProbeParams; result: ProbeResult };
  audit_classes: { params: LayerParams; result: ClassesResult };
  audit: { params: AuditParams; result: AuditResult };
  audit_within: { params: WithinParams; result: Nothing };
  audit_summary: { params: SummaryParams; result: SummaryResult };
  audit_samples: { params: AuditSamplesParams; result: SamplesResult };
  audit_pictures: { params: AuditPicturesParams; result: PicturesResult };
  audit_heatmap: { params: AuditHeatmapParams; result: PicturesResult };
  audit_agreement: { params: AuditParams; result: AgreementResult };
  audit_before: { params: BeforeParams; result: BeforeResult };
  audit_suspects: { params: AuditParams; result: Nothing };
  attribute: { params: AttributeParams; result: Nothing };
  ablate: { params: AblateParams; result: AblationResult };
  audit_export: { params: ExportParams; result: Nothing };
  nearest: { params: PairParams; result: NearestResult };
  chance: { params: PairParams; result: ChanceResult };
  knowledge: { params: KnowledgeParams; result: KnowledgeResult };
  graph: { params: GraphParams; result: GraphResult };
  graph_without: { params: WithoutParams; result: WithoutResult };
  explain: { params: ExplainParams; result: ExplainResult };
  explain_rows: { params: ExplainRowsParams; result: ExplainRowsResult };
  explain_effects: { params: ExplainEffectsParams; result: ExplainEffectsResult };
  explain_heatmap: { params: ExplainHeatmapParams; result: ExplainHeatmapResult };
  explain_image: { params: ExplainImageParams; result: ExplainImageResult };
  steer: { params: SteerParams; result: SteerResult };
  steer_accuracy: { params: SteerAccuracyParams; result: SteerAccuracyResult };
};
