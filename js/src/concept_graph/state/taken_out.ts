/** Nodes that are taken out of the model, and the scores of the later ones without them. */
import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { NodeChange, WithoutParams } from "../../generated/protocol";
import type { ConceptGraphTraits } from "../../generated/traits";
import { LatestRequest } from "../../ui/state/latest_request";
import { type Around, whileAlive } from "../../ui/state/synced";

export class TakenOut {
  readonly names: ReadonlySignal<ReadonlySet<string>>;
  /** By the number of the node; of the nodes that were last measured, null without any. */
  readonly changes: Signal<ReadonlyMap<number, NodeChange> | null> = signal(null);
  readonly #latest = new LatestRequest();
  readonly progress = this.#latest.progress;
  readonly waiting = this.#latest.waiting;
  /** The nodes that `changes` were measured without. */
  readonly #measured: Signal<string[]> = signal([]);
  /** True if `changes` are of the nodes that are out now. */
  readonly isMeasured: ReadonlySignal<boolean>;
  #stopping = new AbortController();

  constructor(private readonly around: Around<ConceptGraphTraits>) {
    const { without, result_id } = around.traits.signals;
    this.names = computed(() => new Set(without.value));
    this.isMeasured = computed(() => without.value.join() === this.#measured.value.join());
    whileAlive(around.lifetime, () => void this.#measure(without.value, result_id.value));
  }

  toggle(name: string): void {
    const before = this.around.traits.signals.without.peek();
    const others = before.filter((other) => other !== name);
    this.#write(others.length < before.length ? others : [...before, name]);
  }

  /** Puts all nodes back. */
  clear(): void {
    this.#write([]);
  }

  /** Ends the measurement; the nodes are those that were last measured. */
  stop(): void {
    this.#stopping.abort();
    this.#latest.drop();
    this.#write(this.#measured.peek());
  }

  #write(names: string[]): void {
    this.around.traits.write("without", names);
  }

  /** Measures what falls without the nodes, then without random ones instead. */
  async #measure(nodes: string[], graph: string): Promise<void> {
    if (this.isMeasured.peek()) return;
    this.#stopping.abort();
    this.#stopping = new AbortController();
    if (nodes.length === 0) {
      this.#latest.drop();
      return this.#show([], null);
    }
    const wanted = AbortSignal.any([this.around.lifetime, this.#stopping.signal]);
    for (const control of [false, true]) {
      if (wanted.aborted || (control && !this.isMeasured.peek())) return;
      await this.#ask({ graph, nodes, control }, wanted);
    }
  }

  #ask(params: WithoutParams, wanted: AbortSignal): Promise<void> {
    const { kernel, failures } = this.around;
    return this.#latest.make({
      request: (onProgress) =>
        kernel.request("graph_without", params, { slot: "without", signal: wanted, onProgress }),
      onAnswer: ({ result }) =>
        this.#show(params.nodes, new Map(result.changes.map((change) => [change.node, change]))),
      onFailure: (error) => {
        failures.report("It could not be measured what falls", error, () => this.#write(params.nodes));
        if (!failures.isNoNews(error)) this.#write(this.#measured.peek());
      },
    });
  }

  #show(nodes: string[], changes: ReadonlyMap<number, NodeChange> | null): void {
    batch(() => {
      this.#measured.value = nodes;
      this.changes.value = changes;
    });
  }
}
