/** Verdicts of the current class: requests new ones as traits change, and keeps the old ones until they arrive. */

import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { AuditRequests } from "../../audits/audit_requests";
import type { ClassAudit } from "../../audits/class_audit";
import {
  type Chip,
  type Concepts,
  conceptsOf,
  currentClass,
  refusal,
  type Side,
  textsOf,
  tidied,
  withChangedConcept,
  withConcept,
  withoutConcept,
} from "../../audits/requirements";
import type { AuditParams } from "../../generated/protocol";
import type { AuditTableTraits } from "../../generated/traits";
import { messageOf } from "../../ui/state/failures";
import { LatestRequest } from "../../ui/state/latest_request";
import { type Around, latest, whileAlive } from "../../ui/state/synced";
import type { Classes } from "./classes";

interface CurrentClassOptions extends Omit<Around<AuditTableTraits>, "kernel"> {
  classes: Classes;
  auditRequests: AuditRequests;
  /** Receives new verdicts. */
  show: (audit: ClassAudit) => void;
}

export class CurrentClass {
  /** The current class; "" when there is none. */
  readonly className: ReadonlySignal<string>;
  readonly concepts: ReadonlySignal<Concepts>;
  /** Error about the concepts as typed; shown next to them and not in a banner. */
  readonly conceptError: Signal<string | null> = signal(null);
  readonly #latest = new LatestRequest();
  /** True while verdicts are pending; the shown ones are then the previous ones. */
  readonly waiting = this.#latest.waiting;

  constructor(private readonly options: CurrentClassOptions) {
    const { traits, classes, lifetime } = options;
    const { class_name, layer, requirements, revision, threshold, within_class } = traits.signals;
    this.className = computed(() =>
      currentClass(class_name.value, classes.known.value?.classes ?? [], requirements.value),
    );
    this.concepts = computed(() => conceptsOf(requirements.value, this.className.value));
    const soon = latest();
    whileAlive(lifetime, () => {
      const others = [this.className, this.concepts];
      for (const trait of [layer, threshold, within_class, revision, ...others]) void trait.value;
      void classes.known.value;
      soon(() => void this.load());
    });
  }

  /** Adds a concept to a list of the class if it is valid; returns whether it was added. */
  addConcept(side: Side, typed: string): boolean {
    const concept = tidied(typed);
    if (concept === "" || this.className.peek() === "") return false;
    this.conceptError.value = refusal(this.concepts.peek(), side, concept);
    if (this.conceptError.peek() !== null) return false;
    const before = this.options.traits.signals.requirements.peek();
    this.options.traits.write("requirements", withConcept(before, this.className.peek(), side, concept));
    return true;
  }

  /** Changes a concept in its place if the new one is valid, in one step; returns whether it was changed. */
  changeConcept(side: Side, chip: Chip, typed: string): boolean {
    const concept = tidied(typed);
    if (concept === "") return false;
    const others = this.concepts.peek();
    const without = { ...others, [side]: others[side].filter((other) => other !== chip) };
    this.conceptError.value = refusal(without, side, concept);
    if (this.conceptError.peek() !== null) return false;
    const { traits } = this.options;
    const before = traits.signals.requirements.peek();
    const after = withChangedConcept(before, this.className.peek(), side, chip, concept);
    if (concept !== chip.concept) traits.write("requirements", after);
    return true;
  }

  removeConcept(side: Side, chip: Chip): void {
    const before = this.options.traits.signals.requirements.peek();
    this.conceptError.value = null;
    this.options.traits.write("requirements", withoutConcept(before, this.className.peek(), side, chip));
  }

  /** Requests the verdicts for the current traits. */
  async load(): Promise<void> {
    const { traits, classes, auditRequests, show } = this.options;
    const params = this.#params();
    const known = classes.known.peek();
    if (params.class_name === "" || known?.state !== "computed" || known.layer !== params.layer)
      return this.#latest.drop();
    await this.#latest.make({
      request: () => auditRequests.ask("table", params, traits.signals.attributed.peek()),
      onAnswer: (audit) =>
        batch(() => {
          this.conceptError.value = null;
          show(audit);
        }),
      onFailure: (error) => this.#fail(error, params),
    });
  }

  #params(): AuditParams {
    const { layer, threshold, within_class } = this.options.traits.signals;
    return {
      layer: layer.peek(),
      class_name: this.className.peek(),
      ...textsOf(this.concepts.peek()),
      threshold: threshold.peek(),
      within_class: within_class.peek(),
    };
  }

  #fail(error: unknown, { valid, spurious }: AuditParams): void {
    const { failures } = this.options;
    if (failures.isNoNews(error)) return;
    if (valid.length + spurious.length > 0) this.conceptError.value = messageOf(error);
    else failures.report("The class could not be audited", error, () => void this.load());
  }
}
