/** Classes that can be audited, requested once for all parts of a view. */

import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ClassesResult } from "../generated/protocol";
import type { Kernel } from "../kernel/types";
import type { Failures } from "../ui/state/failures";
import { LatestRequest } from "../ui/state/latest_request";
import { latest, whileAlive } from "../ui/state/synced";

export interface Known extends ClassesResult {
  layer: string;
}

interface KnownClassesOptions {
  kernel: Kernel;
  traits: { signals: Record<"attributed" | "revision", Signal<number>> & { layer: Signal<string> } };
  failures: Failures;
  lifetime: AbortSignal;
}

export class KnownClasses {
  /** Null until the first answer; while a new one is pending, that of the previous layer. */
  readonly known: Signal<Known | null> = signal(null);
  /** Conditions under which parts of the view need the classes. */
  readonly #wants: Signal<readonly ReadonlySignal<boolean>[]> = signal([]);
  #about = "";
  readonly #latest = new LatestRequest(true);
  readonly waiting = this.#latest.waiting;

  constructor(private readonly options: KnownClassesOptions) {
    const { attributed, layer, revision } = options.traits.signals;
    const soon = latest();
    whileAlive(options.lifetime, () => {
      const about = JSON.stringify([layer.value, attributed.value, revision.value]);
      const isWanted = this.#wants.value.some((want) => want.value);
      if (!isWanted || about === this.#about) return;
      this.#about = about;
      soon(() => void this.ask());
    });
  }

  /** Keeps the classes current while the condition holds. */
  want(when: ReadonlySignal<boolean>): void {
    this.#wants.value = [...this.#wants.peek(), when];
  }

  async ask(): Promise<void> {
    const { kernel, traits, failures, lifetime: signal } = this.options;
    const layer = traits.signals.layer.peek();
    if (layer === "") return this.#latest.drop();
    await this.#latest.make({
      request: () => kernel.request("audit_classes", { layer }, { slot: "classes", signal }),
      onAnswer: ({ result }) => {
        this.known.value = { ...result, layer };
      },
      onFailure: (error) => failures.report("The classes could not be loaded", error, () => void this.ask()),
    });
  }
}
