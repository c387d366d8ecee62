/** Traits of a comparison map as those of a concept map: a comparison has no class. */
import type { CompareMapTraits, ConceptMapTraits } from "../../generated/traits";
import type { State } from "../../kernel/types";

const WITHOUT_CLASS: Partial<ConceptMapTraits> = { class_name: "", requirements: [], threshold: 0 };

export function asMapModel(model: State<CompareMapTraits>): State<ConceptMapTraits> {
  // The encodings differ too: the map passes on those that it does not know.
  const own = model as unknown as State<ConceptMapTraits>;
  return {
    get: (name) => (name in WITHOUT_CLASS ? WITHOUT_CLASS[name] : own.get(name)) as never,
    set: (name, value) => own.set(name, value),
    on: (name, listener, signal) => own.on(name, listener, signal),
    onRefused: (listener, signal) => own.onRefused?.(listener, signal),
  };
}
