/** State of the knowledge of a layer: the tree once it has come, the category that is shown, and words as queries. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { KnowledgeResult } from "../../generated/protocol";
import type { KnowledgeViewTraits } from "../../generated/traits";
import type { Kernel, KernelStatus, State, ViewProps } from "../../kernel/types";
import { completed } from "../../neurons/query/last_term";
import { counted, percent, significant } from "../../ui/format";
import { Failures } from "../../ui/state/failures";
import { type SignalsOf, Synced, statusOf } from "../../ui/state/synced";
import { type Area, holesIn, type Node, nodeAt, trail, treeOf } from "./tree";

export class KnowledgeState {
  readonly traits: SignalsOf<KnowledgeViewTraits>;
  readonly failures: Failures;
  readonly status: Signal<KernelStatus>;
  /** Null until it arrives. */
  readonly result: Signal<KnowledgeResult | null> = signal(null);
  /** The category that fills the view. */
  readonly node: ReadonlySignal<Node | null>;
  readonly trail: ReadonlySignal<Node[]>;
  /** Words in the category that nothing answers to. */
  readonly holes: ReadonlySignal<string[]>;
  readonly #root: ReadonlySignal<Node | null>;
  readonly #synced: Synced<KnowledgeViewTraits>;
  readonly #kernel: Kernel;
  readonly #model: State<KnowledgeViewTraits>;
  readonly #lifetime: AbortSignal;

  constructor({ kernel, model, signal: lifetime }: ViewProps<KnowledgeViewTraits>) {
    this.#kernel = kernel;
    this.#model = model;
    this.#lifetime = lifetime;
    this.#synced = new Synced<KnowledgeViewTraits>(model, lifetime);
    this.traits = this.#synced.signals;
    this.failures = new Failures(lifetime, model);
    this.status = statusOf(kernel, lifetime);
    this.#root = computed(() => (this.result.value === null ? null : rootOf(this.result.value)));
    const { within } = this.traits;
    this.node = computed(() => (this.#root.value === null ? null : nodeAt(this.#root.value, within.value)));
    this.trail = computed(() => (this.node.value === null ? [] : trail(this.node.value)));
    this.holes = computed(() => (this.node.value === null ? [] : holesIn(this.node.value)));
    void this.#load();
  }

  enter(node: Node): void {
    this.#synced.write("within", node.path);
  }

  /** Goes out of the category by one. */
  leave(): void {
    this.#synced.write("within", this.trail.peek().at(-2)?.path ?? "");
  }

  leaveAll(): void {
    this.#synced.write("within", "");
  }

  chooseArea(area: Area): void {
    this.#synced.write("area", area);
  }

  /** Makes a word the query of the other widgets, in the layer of this knowledge. */
  ask(word: string): void {
    // The others may have moved on, so equal values are passed on too.
    this.#model.set("layer", this.traits.known_layer.peek());
    this.#model.set("query", completed("", word));
    this.#synced.signals.query.value = completed("", word);
  }

  clearSelection(): void {
    this.#synced.write("selection", []);
  }

  /** Describes a word: its components, what chance gives, and what that is worth. */
  worth(node: Node): string {
    const { n_components = 1 } = this.result.value ?? {};
    const lines = [
      `${counted(node.n, "neuron")} (${percent(node.n / n_components)}), ${significant(node.expected)} by chance`,
      node.known ? `more than in ${percent(node.percentile)} of draws` : "not above chance",
    ];
    if (node.relevance !== null) lines.push(`${percent(node.relevance)} of the relevance`);
    if (node.children.length > 0) lines.push(`${counted(holesIn(node).length, "word")} without any`);
    return lines.join("; ");
  }

  async #load(): Promise<void> {
    const params = { knowledge: this.traits.result_id.peek() };
    try {
      const { result } = await this.#kernel.request("knowledge", params, { signal: this.#lifetime });
      this.result.value = result;
    } catch (error) {
      this.failures.report("The words could not be loaded", error, () => void this.#load());
    }
  }
}

function rootOf({ words, holes, n_labelled }: KnowledgeResult): Node {
  const tops = words.filter(({ parent }) => parent < 0);
  const relevance = tops.reduce((sum, top) => sum + (top.relevance ?? 0), 0);
  const about = { word: "", n: n_labelled, expected: 0, percentile: 0, known: true, own: null };
  return treeOf(words, { ...about, relevance, holes });
}
