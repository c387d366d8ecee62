// Generated from the traits of the Python widgets by `python -m semanticlens_widgets.widgets._traits_to_typescript`.

export interface LayerInfo {
  name: string;
  n_components: number;
}

export interface NeuronGalleryTraits {
  caveat: string;
  descending: boolean;
  foundation_model: string;
  height: number;
  layer: string;
  layers: LayerInfo[];
  n_examples_shown: number;
  query: string;
  query_image: string;
  revision: number;
  selection: string[];
  sort: "alignment" | "component" | "clarity" | "polysemanticity" | "redundancy" | "maximum" | "firing_rate";
}
