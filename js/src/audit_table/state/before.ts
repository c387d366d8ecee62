/** The audit that the trait `before_id` names, for the class that is shown. */

import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type BeforeAudit, decodeBefore } from "../../audits/before_audit";
import { asked, type ClassAudit } from "../../audits/class_audit";
import type { AuditTableTraits } from "../../generated/traits";
import { LatestRequest } from "../../ui/state/latest_request";
import { type Around, latest, whileAlive } from "../../ui/state/synced";

interface BeforeOptions extends Around<AuditTableTraits> {
  shown: ReadonlySignal<ClassAudit | null>;
}

export class Before {
  /** Null without an earlier audit of the class. */
  readonly audit: Signal<BeforeAudit | null> = signal(null);
  readonly #latest = new LatestRequest();
  #about = "";

  constructor(private readonly options: BeforeOptions) {
    const { traits, lifetime, shown } = options;
    const soon = latest();
    whileAlive(lifetime, () => {
      const id = traits.signals.before_id.value;
      const about = JSON.stringify([id, shown.value && asked(shown.value)]);
      if (about === this.#about) return;
      this.#about = about;
      soon(() => void this.#ask(id));
    });
  }

  async #ask(id: string): Promise<void> {
    const { kernel, failures, lifetime: signal, shown } = this.options;
    const audit = shown.peek();
    if (id === "" || audit === null) {
      this.audit.value = null;
      return this.#latest.drop();
    }
    const params = { ...asked(audit), before_id: id };
    await this.#latest.make({
      request: () => kernel.request("audit_before", params, { slot: "before", signal }),
      onAnswer: (reply) => {
        const found = decodeBefore(reply, audit);
        this.audit.value = found.n === 0 ? null : found;
      },
      onFailure: (error) => {
        this.audit.value = null;
        failures.report("The earlier audit could not be loaded", error, () => void this.#ask(id));
      },
    });
  }
}
