/** Verdict summaries of the audited classes, and the attribution that computes their relevance. */

import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Known, KnownClasses } from "../../audits/known_classes";
import type { ClassShares } from "../../generated/protocol";
import type { AuditTableTraits, RequirementInfo } from "../../generated/traits";
import type { Progress } from "../../kernel/types";
import { type Around, latest, whileAlive } from "../../ui/state/synced";

interface ClassesOptions extends Around<AuditTableTraits> {
  classes: KnownClasses;
}

export class Classes {
  readonly known: ReadonlySignal<Known | null>;
  readonly waiting: ReadonlySignal<boolean>;
  /** Share of relevance per verdict, for every class that has a requirement. */
  readonly shares: Signal<ReadonlyMap<string, ClassShares>> = signal(new Map());
  /** Progress of the attribution; null when none is running. */
  readonly computing: Signal<Progress | null> = signal(null);
  private stopping = new AbortController();

  constructor(private readonly options: ClassesOptions) {
    const { requirements, threshold } = options.traits.signals;
    this.known = options.classes.known;
    this.waiting = options.classes.waiting;
    options.classes.want(signal(true));
    const soon = latest();
    whileAlive(options.lifetime, () => {
      if (this.known.value?.state !== "computed") return;
      const [about, from] = [requirements.value, threshold.value];
      soon(() => void this.summarize(about, from));
    });
  }

  ask(): Promise<void> {
    return this.options.classes.ask();
  }

  /** Starts the attribution of the layer for every class. */
  async compute(): Promise<void> {
    const { kernel, traits, failures, lifetime } = this.options;
    this.stopping = new AbortController();
    this.computing.value = { done: 0, total: 0, what: "computing relevance" };
    const onProgress = (progress: Progress) => {
      if (this.computing.peek() !== null) this.computing.value = progress;
    };
    try {
      const signal = AbortSignal.any([lifetime, this.stopping.signal]);
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
    this.stopping.abort();
  }

  private async summarize(requirements: RequirementInfo[], threshold: number): Promise<void> {
    if (requirements.length === 0) {
      this.shares.value = new Map();
      return;
    }
    const { kernel, traits, failures, lifetime } = this.options;
    const params = { layer: traits.signals.layer.peek(), requirements, threshold };
    try {
      const options = { slot: "summary", signal: lifetime };
      const { result } = await kernel.request("audit_summary", params, options);
      this.shares.value = new Map(result.classes.map((one) => [one.name, one]));
    } catch (error) {
      failures.report("The requirements could not be checked", error);
    }
  }
}
