/** Verdict summaries of the audited classes, and the attribution that computes their relevance. */

import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Known, KnownClasses } from "../../audits/known_classes";
import type { ClassShares } from "../../generated/protocol";
import type { AuditTableTraits } from "../../generated/traits";
import type { Progress } from "../../kernel/types";
import { LatestRequest } from "../../ui/state/latest_request";
import { type Around, latest, whileAlive } from "../../ui/state/synced";

interface ClassesOptions extends Around<AuditTableTraits> {
  classes: KnownClasses;
}

export class Classes {
  readonly known: ReadonlySignal<Known | null>;
  readonly waiting: ReadonlySignal<boolean>;
  /** Share of relevance per verdict, for every class that has a requirement. */
  readonly shares: Signal<ReadonlyMap<string, ClassShares>> = signal(new Map());
  /** Progress of judging all classes by their own samples; null when that is not going on. */
  readonly judging: ReadonlySignal<Progress | null>;
  readonly #latest = new LatestRequest();
  /** Progress of the attribution; null when none is running. */
  readonly computing: Signal<Progress | null> = signal(null);
  #stopping = new AbortController();

  constructor(private readonly options: ClassesOptions) {
    const { requirements, threshold, within_class } = options.traits.signals;
    this.judging = this.#latest.progress;
    this.known = options.classes.known;
    this.waiting = options.classes.waiting;
    options.classes.want(signal(true));
    const soon = latest();
    whileAlive(options.lifetime, () => {
      if (this.known.value?.state !== "computed") return;
      for (const trait of [requirements, threshold, within_class]) void trait.value;
      soon(() => void this.#summarize());
    });
  }

  ask(): Promise<void> {
    return this.options.classes.ask();
  }

  /** Starts the attribution of the layer for every class. */
  async compute(): Promise<void> {
    const { kernel, traits, failures, lifetime } = this.options;
    this.#stopping = new AbortController();
    this.computing.value = { done: 0, total: 0, what: "computing relevance" };
    const onProgress = (progress: Progress) => {
      if (this.computing.peek() !== null) this.computing.value = progress;
    };
    try {
      const signal = AbortSignal.any([lifetime, this.#stopping.signal]);
      const { layer, requirements } = traits.signals;
      const params = { layer: layer.peek(), requirements: requirements.peek() };
      await kernel.request("attribute", params, { slot: "attribute", signal, onProgress });
      this.computing.value = null;
      await this.ask();
    } catch (error) {
      failures.report("The relevance could not be computed", error, () => void this.compute());
    } finally {
      this.computing.value = null;
    }
  }

  /** Cancels the attribution; the kernel's cache keeps its checkpoint, where the lens has a cache. */
  stopComputing(): void {
    this.#stopping.abort();
  }

  async #summarize(): Promise<void> {
    const { kernel, traits, failures, lifetime: signal } = this.options;
    const { layer, requirements, threshold, within_class } = traits.signals;
    const about = { layer: layer.peek(), requirements: requirements.peek(), threshold: threshold.peek() };
    const params = { ...about, within_class: within_class.peek() };
    if (about.requirements.length === 0) {
      this.shares.value = new Map();
      return this.#latest.drop();
    }
    await this.#latest.make({
      request: async (onProgress) => {
        if (params.within_class)
          await kernel.request("audit_within", about, { slot: "summary", signal, onProgress });
        return kernel.request("audit_summary", params, { slot: "summary", signal });
      },
      onAnswer: ({ result }) => {
        this.shares.value = new Map(result.classes.map((one) => [one.name, one]));
      },
      onFailure: (error) => failures.report("The requirements could not be checked", error),
    });
  }
}
