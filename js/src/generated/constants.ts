// Generated from Python by `python -m semanticlens_widgets.widgets.typescript`.

/** Verdicts in the order of their codes. */
export const VERDICTS = ["valid", "spurious", "ambiguous", "unexpected"] as const;

/** What a neuron with a verdict does. */
export const MEANINGS = {
  valid: "answers to a valid concept",
  spurious: "answers to a spurious concept",
  ambiguous: "answers to both a valid and a spurious concept",
  unexpected: "answers to none of the named concepts",
} as const;

/** Default z-score from which on a neuron answers to a concept. */
export const ANSWERS_ABOVE = 0.75;

/** Samples of a class from which on it can be judged by its own. */
export const WITHIN_SAMPLES = 9;

/** A class with fewer samples neither passes nor fails. */
export const FEWEST_SAMPLES = 10;

/** Default share of spurious relevance with which a class passes. */
export const MAX_SPURIOUS = 0.1;

/** A query is weak below this share of unrelated words. */
export const WEAK_BELOW = 0.5;

/** Longest query. */
export const MAX_CHARACTERS = 1000;

/** Largest image file as a query. */
export const MAX_IMAGE_BYTES = 10485760;

/** Most components in a request for cards. */
export const MOST_CARDS = 500;

/** Most components in a request for labels. */
export const MOST_LABELS = 500;

/** Most neurons in a comparison. */
export const MOST_PINNED = 4;

/** Samples behind a neuron in an audit. */
export const SAMPLES = 24;

/** The number 1 in a column of two-byte numbers from -1 to 1. */
export const FULL_SCALE = 32767;

/** The name in `linked` of every trait that views share. */
export const LINK_OF_TRAIT = {
  class_name: "class",
  requirements: "class",
  threshold: "class",
  within_class: "class",
  layer: "layer",
  query_image: "query",
  query: "query",
  selection: "selection",
} as const;

/** The part of views that are loaded on demand. */
export const PART_OF = {
  card_view: "results",
  compare_explorer: "comparisons",
  compare_gallery: "comparisons",
  compare_map: "comparisons",
  concept_graph: "results",
  knowledge_view: "results",
  prediction_view: "results",
} as const;

/** Caveat of colours by a query that sides of several foundation models answer. */
export const TWO_SCALES = "The sides have different foundation models: colours are standard deviations above unrelated words.";

/** Amounts: Nunez, Anderton, Renslow, PLOS ONE 2018, doi:10.1371/journal.pone.0199239. */
export const CIVIDIS = ["#00224e", "#002e6a", "#1a386f", "#32436d", "#434e6c", "#535a6d", "#61656f", "#6f7073", "#7d7c78", "#8c8878", "#9b9476", "#aba072", "#bcae6c", "#cdbb63", "#dec958", "#f0d846", "#fee838"] as const;

/** Signed amounts on a light page. */
export const DIVERGING_ON_LIGHT = ["#8f3a00", "#d55e00", "#e0a884", "#c4c4c4", "#8ab4d2", "#0072b2", "#00446d"] as const;

/** Signed amounts on a dark page. */
export const DIVERGING_ON_DARK = ["#ffb27d", "#e8762b", "#8f6247", "#585858", "#48718d", "#3f9fe0", "#a4d6ff"] as const;

/** Kinds: Okabe and Ito, "Color universal design", 2008, then the "muted" set of Paul Tol. */
export const KINDS = ["#e69f00", "#56b4e9", "#009e73", "#d55e00", "#0072b2", "#cc79a7", "#f0e442", "#332288", "#44aa99", "#882255", "#999933", "#aa4499", "#117733", "#cc6677", "#ddcc77"] as const;

/** Letters, each before its case folding, if it is not the lower case of the upper case; runs as first-last. */
export const FOLDINGS = "ıı Ꭰ-ᏵᎠ ᏸ-ᏽᏰ ẞss ꭰ-ꮿᎠ";
