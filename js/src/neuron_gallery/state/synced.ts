/** The gallery's traits as signals. */
import type { State } from "../../kernel/types";
import { type NamesOf, type SignalsOf, Synced } from "../../ui/synced";
import type { GalleryTraits } from "./protocol";

export type TraitSignals = SignalsOf<GalleryTraits>;

const TRAITS: NamesOf<GalleryTraits> = {
  attributed: true,
  caveat: true,
  components: true,
  descending: true,
  examples_as: true,
  examples_choices: true,
  foundation_model: true,
  height: true,
  layer: true,
  layers: true,
  linked: true,
  n_examples_shown: true,
  query: true,
  query_image: true,
  revision: true,
  selection: true,
  sort: true,
  vocabulary_info: true,
};

export class SyncedTraits extends Synced<GalleryTraits> {
  constructor(model: State<GalleryTraits>, lifetime: AbortSignal) {
    super(model, TRAITS, lifetime);
  }
}
