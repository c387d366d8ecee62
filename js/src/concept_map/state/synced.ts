/** The map's traits as signals. */
import type { State } from "../../kernel/types";
import { type NamesOf, type SignalsOf, Synced } from "../../ui/synced";
import type { ConceptMapTraits } from "./protocol";

export type TraitSignals = SignalsOf<ConceptMapTraits>;

const TRAITS: NamesOf<ConceptMapTraits> = {
  attributed: true,
  camera: true,
  caveat: true,
  class_name: true,
  encoding: true,
  examples_as: true,
  examples_choices: true,
  foundation_model: true,
  height: true,
  layer: true,
  layers: true,
  linked: true,
  method: true,
  query: true,
  query_image: true,
  requirements: true,
  revision: true,
  selection: true,
  threshold: true,
};

export class SyncedTraits extends Synced<ConceptMapTraits> {
  constructor(model: State<ConceptMapTraits>, lifetime: AbortSignal) {
    super(model, TRAITS, lifetime);
  }

  /** The layers on the map now. */
  shownLayers(): string[] {
    const { layer, layers } = this.signals;
    return layer.value === "" ? layers.value.map(({ name }) => name) : [layer.value];
  }
}
