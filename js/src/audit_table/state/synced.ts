/** The audit table's traits as signals. */
import type { State } from "../../kernel/types";
import { type NamesOf, type SignalsOf, Synced } from "../../ui/synced";
import type { AuditTraits } from "./protocol";

export type TraitSignals = SignalsOf<AuditTraits>;

const TRAITS: NamesOf<AuditTraits> = {
  ablated: true,
  attributed: true,
  caveat: true,
  class_name: true,
  examples_as: true,
  examples_choices: true,
  foundation_model: true,
  height: true,
  layer: true,
  layers: true,
  linked: true,
  max_spurious: true,
  query: true,
  query_image: true,
  requirements: true,
  revision: true,
  selection: true,
  threshold: true,
  vocabulary_info: true,
};

export class SyncedTraits extends Synced<AuditTraits> {
  constructor(model: State<AuditTraits>, lifetime: AbortSignal) {
    super(model, TRAITS, lifetime);
  }
}
