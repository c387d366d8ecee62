/** State of a graph: its nodes and edges once they have come, the node that is lit, opened or taken out. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { GraphEdge, GraphNode, GraphResult } from "../../generated/protocol";
import type { ConceptGraphTraits } from "../../generated/traits";
import { Pointing } from "../../kernel/link";
import type { Kernel, KernelStatus, State, ViewProps } from "../../kernel/types";
import {
  type ExamplePictures,
  type ExampleStores,
  viewPictures,
} from "../../neurons/pictures/example_pictures";
import { counted } from "../../ui/format";
import { Failures } from "../../ui/state/failures";
import { type SignalsOf, Synced, statusOf } from "../../ui/state/synced";
import { edgesAt, pathsThrough } from "./paths";
import { TakenOut } from "./taken_out";

/** Values of the slider. */
const STEPS = [0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 1];

export class GraphState {
  readonly traits: SignalsOf<ConceptGraphTraits>;
  readonly failures: Failures;
  readonly status: Signal<KernelStatus>;
  readonly taken: TakenOut;
  /** Null until it arrives. */
  readonly result: Signal<GraphResult | null> = signal(null);
  /** Edges that are not too weak. */
  readonly edges: ReadonlySignal<GraphEdge[]>;
  /** The values of `weak_below` to choose from, its own among them. */
  readonly steps: ReadonlySignal<number[]>;
  /** Number of the node that is open; null for none. */
  readonly opened: ReadonlySignal<number | null>;
  /** Number of the node whose paths are lit: under the pointer here or elsewhere, with the focus, or open. */
  readonly lit: ReadonlySignal<number | null>;
  readonly paths: ReadonlySignal<ReadonlySet<GraphEdge>>;
  /** False where no kernel answers. */
  readonly canTakeOut: ReadonlySignal<boolean>;
  readonly #hovered = signal<number | null>(null);
  readonly #focused = signal<number | null>(null);
  readonly #synced: Synced<ConceptGraphTraits>;
  readonly #pointing: Pointing;
  readonly #layers = new Map<string, ExamplePictures>();
  readonly #examples: () => ExamplePictures;
  readonly #kernel: Kernel;
  readonly #model: State<ConceptGraphTraits>;
  readonly #lifetime: AbortSignal;

  constructor({ kernel, model, link, signal: lifetime }: ViewProps<ConceptGraphTraits>) {
    this.#kernel = kernel;
    this.#model = model;
    this.#lifetime = lifetime;
    this.#synced = new Synced<ConceptGraphTraits>(model, lifetime);
    this.traits = this.#synced.signals;
    this.failures = new Failures(lifetime, model);
    this.status = statusOf(kernel, lifetime);
    this.#pointing = new Pointing(link);
    this.#examples = viewPictures(kernel, lifetime, this.failures).examples;
    this.taken = new TakenOut({ kernel, traits: this.#synced, failures: this.failures, lifetime });
    const { weak_below, opened } = this.traits;
    this.edges = computed(
      () => this.result.value?.edges.filter(({ share }) => Math.abs(share) >= weak_below.value) ?? [],
    );
    this.steps = computed(() => {
      const least = this.result.value?.weak_below ?? 0;
      const all = [least, weak_below.value, ...STEPS.filter((step) => step > least)];
      return [...new Set(all)].sort((a, b) => a - b);
    });
    this.opened = computed(() => this.#numbered(opened.value));
    this.lit = computed(
      () => this.#hovered.value ?? this.#pointed() ?? this.#focused.value ?? this.opened.value,
    );
    this.paths = computed(() =>
      this.lit.value === null ? new Set() : pathsThrough(this.edges.value, this.lit.value),
    );
    this.canTakeOut = computed(() => !["kept", "gone"].includes(this.status.value));
    void this.#load();
  }

  node(number: number): GraphNode {
    return this.result.value?.nodes[number] as GraphNode;
  }

  /** Pictures of the examples of a node, and their keys. */
  pictures({ layer, component, samples }: GraphNode): { stores: ExampleStores; keys: number[] } {
    const own = this.#layers.get(layer) ?? this.#examples();
    this.#layers.set(layer, own);
    const stores = own.shown(this.traits.examples_as.value, layer);
    return { stores, keys: samples.map((row, rank) => stores.key(component, rank, row)) };
  }

  hover(number: number | null): void {
    this.#hovered.value = number;
    const node = number === null ? null : this.node(number);
    this.#pointing.hover(node === null || node.layer === "" ? null : node);
  }

  focus(number: number | null): void {
    this.#focused.value = number;
  }

  /** Opens a node here, and shows it in the other widgets. */
  open(number: number): void {
    const { name, layer, component } = this.node(number);
    this.#synced.write("opened", name);
    if (layer === "") return;
    // The others may have moved on, so equal values are passed on too.
    this.#model.set("layer", layer);
    this.#model.set("selection", [name]);
    this.#pointing.visit({ layer, component });
  }

  close(): void {
    this.#synced.write("opened", "");
  }

  /** Opens the node so many places below in its layer. */
  step(by: number): void {
    const { layer, place } = this.node(this.opened.peek() ?? 0);
    const next = this.result
      .peek()
      ?.nodes.findIndex((node) => node.layer === layer && node.place === place + by);
    if (next !== undefined && next >= 0) this.open(next);
  }

  /** Returns the node at the other end of the strongest edge on one side; null without edges there. */
  neighbour(number: number, end: "source" | "target"): number | null {
    const [strongest] = edgesAt(this.edges.peek(), number, end);
    return strongest?.[end === "source" ? "target" : "source"] ?? null;
  }

  hideWeak(step: number): void {
    this.#synced.write("weak_below", this.steps.peek()[step] ?? 1);
  }

  /** Takes a component out, or puts it back; the class stays. */
  takeOut(number: number): void {
    const { name, layer } = this.node(number);
    if (layer !== "" && this.canTakeOut.peek()) this.taken.toggle(name);
  }

  /** Names what is taken out: "bn2:117", "3 neurons". */
  takenText(): string {
    const [first = "", ...more] = this.taken.names.value;
    return more.length === 0 ? first : counted(more.length + 1, "neuron");
  }

  clearSelection(): void {
    this.#synced.write("selection", []);
  }

  #pointed(): number | null {
    const neuron = this.#pointing.hovered.value;
    const found = this.result.value?.nodes.findIndex(
      ({ layer, component }) => layer === neuron?.layer && component === neuron.component,
    );
    return found === undefined || found < 0 ? null : found;
  }

  #numbered(name: string): number | null {
    const found = this.result.value?.nodes.findIndex((node) => node.name === name) ?? -1;
    return found < 0 ? null : found;
  }

  async #load(): Promise<void> {
    const params = { graph: this.traits.result_id.peek() };
    try {
      const { result } = await this.#kernel.request("graph", params, { signal: this.#lifetime });
      this.result.value = result;
    } catch (error) {
      this.failures.report("The graph could not be loaded", error, () => void this.#load());
    }
  }
}
