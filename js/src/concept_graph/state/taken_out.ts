/** Nodes that are taken out of the model, and the scores of the later ones without them. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { NodeChange } from "../../generated/protocol";
import type { ConceptGraphTraits } from "../../generated/traits";
import { LatestRequest } from "../../ui/state/latest_request";
import { type Around, whileAlive } from "../../ui/state/synced";

export class TakenOut {
  readonly names: ReadonlySignal<ReadonlySet<string>>;
  /** By the number of the node; of the nodes that were last measured, null without any. */
  readonly changes: Signal<ReadonlyMap<number, NodeChange> | null> = signal(null);
  private readonly latest = new LatestRequest();
  readonly progress = this.latest.progress;
  readonly waiting = this.latest.waiting;
  /** The nodes that `changes` were measured without. */
  private measured: string[] = [];
  private stopping = new AbortController();

  constructor(private readonly around: Around<ConceptGraphTraits>) {
    const { without, result_id } = around.traits.signals;
    this.names = computed(() => new Set(without.value));
    whileAlive(around.lifetime, () => void this.measure(without.value, result_id.value));
  }

  toggle(name: string): void {
    const before = this.around.traits.signals.without.peek();
    const others = before.filter((other) => other !== name);
    this.write(others.length < before.length ? others : [...before, name]);
  }

  /** Puts all nodes back. */
  clear(): void {
    this.write([]);
  }

  /** Ends the measurement; the nodes are those of the one before. */
  stop(): void {
    this.stopping.abort();
    this.latest.drop();
    this.write(this.measured);
  }

  private write(names: string[]): void {
    this.around.traits.write("without", names);
  }

  private async measure(nodes: string[], graph: string): Promise<void> {
    const { kernel, failures, lifetime } = this.around;
    if (nodes.join() === this.measured.join()) return;
    this.stopping.abort();
    this.stopping = new AbortController();
    if (nodes.length === 0) return this.show([], null);
    const wanted = AbortSignal.any([lifetime, this.stopping.signal]);
    await this.latest.make({
      request: (onProgress) =>
        kernel.request("graph_without", { graph, nodes }, { slot: "without", signal: wanted, onProgress }),
      onAnswer: ({ result }) =>
        this.show(nodes, new Map(result.changes.map((change) => [change.node, change]))),
      onFailure: (error) => {
        failures.report("It could not be measured what falls", error, () => this.write(nodes));
        if (!failures.isNoNews(error)) this.write(this.measured);
      },
    });
  }

  private show(nodes: string[], changes: ReadonlyMap<number, NodeChange> | null): void {
    this.latest.drop();
    this.measured = nodes;
    this.changes.value = changes;
  }
}
