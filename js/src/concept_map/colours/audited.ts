/** Audited class behind the encodings "relevance" and "verdict", or the reason that they are unavailable. */

import { computed, type ReadonlySignal } from "@preact/signals";
import type { KnownClasses } from "../../audits/known_classes";
import { type Concepts, conceptsOf, currentClass, textsOf } from "../../audits/requirements";
import type { AuditParams, Encoding } from "../../generated/protocol";
import type { ConceptMapTraits } from "../../generated/traits";
import type { Synced } from "../../ui/state/synced";

/** Empty while the answer is pending. */
export const NOT_YET = "not known yet";

/** Returns whether an encoding depends on a class. */
export function isOfClass(encoding: Encoding): boolean {
  return encoding === "relevance" || encoding === "verdict";
}

export class AuditedClass {
  readonly className: ReadonlySignal<string>;
  readonly concepts: ReadonlySignal<Concepts>;
  readonly #isChosen: ReadonlySignal<boolean>;

  constructor(
    private readonly traits: Synced<ConceptMapTraits>,
    private readonly classes: KnownClasses,
  ) {
    const { class_name, requirements } = traits.signals;
    this.#isChosen = computed(() => class_name.value !== "" || requirements.value.length > 0);
    this.className = computed(() => {
      const known = classes.known.value?.classes ?? [];
      return this.#isChosen.value ? currentClass(class_name.value, known, requirements.value) : "";
    });
    this.concepts = computed(() => conceptsOf(requirements.value, this.className.value));
    classes.want(this.#isChosen);
  }

  /** Explains why the colours cannot show this; null when they can. */
  refusal(encoding: Encoding): string | null {
    const layer = this.traits.signals.layer.value;
    const known = this.classes.known.value;
    const name = this.className.value;
    if (!isOfClass(encoding)) return null;
    if (layer === "") return "choose one layer";
    if (!this.#isChosen.value) return "no class is chosen";
    if (known?.layer !== layer) return NOT_YET;
    if (known.state !== "computed") return "no relevance yet";
    const info = known.classes.find((each) => each.name === name);
    if (info === undefined || info.n_samples === 0) return `no samples of ${name}`;
    const { valid, spurious } = this.concepts.value;
    return encoding === "verdict" && valid.length + spurious.length === 0 ? "no concepts are required" : null;
  }

  /** Returns the parameters of the request about the class. */
  params(): AuditParams {
    const { layer, threshold, within_class } = this.traits.signals;
    return {
      layer: layer.value,
      class_name: this.className.value,
      ...textsOf(this.concepts.value),
      threshold: threshold.value,
      within_class: within_class.value,
    };
  }
}
