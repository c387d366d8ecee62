/** The classes that can be audited, how each of them does, and computing what has to be known of them. */
import { effect, type Signal, signal } from "@preact/signals";
import type { RequirementInfo } from "../generated/traits";
import type { Kernel, Progress } from "../kernel/types";
import type { ClassesResult } from "../ui/audit";
import type { Failures } from "../ui/failures";
import { latest } from "../ui/synced";
import type { SummaryResult } from "./protocol";
import type { SyncedTraits } from "./synced";

export interface ClassesOptions {
  kernel: Kernel;
  traits: SyncedTraits;
  failures: Failures;
  lifetime: AbortSignal;
}

export interface Known extends ClassesResult {
  layer: string;
}

export class Classes {
  /** Null until the first answer. */
  readonly known: Signal<Known | null> = signal(null);
  readonly waiting = signal(true);
  /** Shares per verdict of every class that has a requirement. */
  readonly shares: Signal<ReadonlyMap<string, readonly number[]>> = signal(new Map());
  /** The relevance is being computed; null where it is not. */
  readonly computing: Signal<Progress | null> = signal(null);
  private stopping = new AbortController();
  private asked = 0;

  constructor(private readonly options: ClassesOptions) {
    const { attributed, layer, requirements, revision, threshold } = options.traits.signals;
    const [soon, later] = [latest(), latest()];
    const stops = [
      effect(() => {
        for (const trait of [attributed, layer, revision]) void trait.value;
        soon(() => void this.ask());
      }),
      effect(() => {
        if (this.known.value?.state !== "computed") return;
        const [about, from] = [requirements.value, threshold.value];
        later(() => void this.judgeAll(about, from));
      }),
    ];
    options.lifetime.addEventListener("abort", () => {
      for (const stop of stops) stop();
    });
  }

  async ask(): Promise<void> {
    const { kernel, traits, failures, lifetime } = this.options;
    const asked = ++this.asked;
    const layer = traits.signals.layer.peek();
    if (layer === "") return;
    this.waiting.value = true;
    try {
      const options = { slot: "classes", signal: lifetime };
      const { result } = await kernel.request<ClassesResult>("audit_classes", { layer }, options);
      if (asked === this.asked) this.known.value = { ...result, layer };
    } catch (error) {
      if (asked === this.asked)
        failures.report("The classes could not be loaded", error, () => void this.ask());
    } finally {
      if (asked === this.asked) this.waiting.value = false;
    }
  }

  /** Computes the relevance of the layer's neurons for every class. */
  async compute(): Promise<void> {
    const { kernel, traits, failures, lifetime } = this.options;
    this.stopping = new AbortController();
    this.computing.value = { done: 0, total: 0, what: "computing relevance" };
    const onProgress = (progress: Progress) => {
      if (this.computing.peek() !== null) this.computing.value = progress;
    };
    try {
      const signal = AbortSignal.any([lifetime, this.stopping.signal]);
      const params = { layer: traits.signals.layer.peek() };
      await kernel.request("attribute", params, { slot: "attribute", signal, onProgress });
      this.computing.value = null;
      await this.ask();
    } catch (error) {
      failures.report("The relevance could not be computed", error, () => void this.compute());
    } finally {
      this.computing.value = null;
    }
  }

  /** What is done so far is kept in the kernel's cache, where the lens has one. */
  stopComputing(): void {
    this.stopping.abort();
  }

  private async judgeAll(requirements: readonly RequirementInfo[], threshold: number): Promise<void> {
    if (requirements.length === 0) {
      this.shares.value = new Map();
      return;
    }
    const { kernel, traits, failures, lifetime } = this.options;
    const params = { layer: traits.signals.layer.peek(), requirements, threshold };
    try {
      const options = { slot: "summary", signal: lifetime };
      const { result } = await kernel.request<SummaryResult>("audit_summary", params, options);
      this.shares.value = new Map(result.classes.map(({ name, shares }) => [name, shares]));
    } catch (error) {
      failures.report("The requirements could not be checked", error);
    }
  }
}
