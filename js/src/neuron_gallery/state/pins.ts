/** Pinned neurons, and their comparison. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { MOST_PINNED } from "../../generated/constants";
import type { CompareResult, NeuronLabel } from "../../generated/protocol";
import type { NeuronGalleryTraits } from "../../generated/traits";
import { LatestRequest } from "../../ui/state/latest_request";
import { type Around, whileAlive } from "../../ui/state/synced";

export class Pins {
  readonly names: ReadonlySignal<readonly string[]>;
  /** True while the comparison is shown. */
  readonly comparing: Signal<boolean> = signal(false);
  /** Null until the answer arrives. */
  readonly compared: Signal<CompareResult | null> = signal(null);
  /** Labels by the neurons' names, as they arrive. */
  readonly labels: Signal<ReadonlyMap<string, NeuronLabel>> = signal(new Map());
  readonly full: ReadonlySignal<boolean>;
  readonly #latest = new LatestRequest(false);
  /** True if the reader opened the comparison, which then takes the focus; a cell that opens it keeps its own. */
  byReader = false;
  #ownChange = false;

  constructor(private readonly around: Around<NeuronGalleryTraits>) {
    const { pinned, revision, attributed } = around.traits.signals;
    this.names = pinned;
    this.full = computed(() => pinned.value.length >= MOST_PINNED);
    whileAlive(
      around.lifetime,
      () => {
        const n = pinned.value.length;
        // What a cell pins is to be seen at once; the reader's own pins gather until asked for.
        if (n < 2) this.comparing.value = false;
        else if (!this.#ownChange && !this.comparing.peek()) {
          this.byReader = false;
          this.comparing.value = true;
        }
        this.#ownChange = false;
      },
      () => {
        void [revision.value, attributed.value];
        if (this.comparing.value) void this.#load(pinned.value);
      },
    );
  }

  has(name: string): boolean {
    return this.names.value.includes(name);
  }

  /** Pins or unpins a neuron; a fifth is not pinned. */
  toggle(name: string): void {
    const names = this.names.peek();
    if (names.includes(name)) this.#pin(names.filter((one) => one !== name));
    else if (!this.full.peek()) this.#pin([...names, name]);
  }

  clear(): void {
    this.#pin([]);
  }

  /** Opens the comparison of two or more pinned neurons. */
  compare(): void {
    if (this.names.peek().length < 2) return;
    this.byReader = true;
    this.comparing.value = true;
  }

  close(): void {
    this.comparing.value = false;
  }

  #pin(names: string[]): void {
    this.#ownChange = true;
    this.around.traits.write("pinned", names);
    this.#ownChange = false;
  }

  async #load(names: readonly string[]): Promise<void> {
    const { kernel, lifetime: signal, failures } = this.around;
    await this.#latest.make({
      request: () => kernel.request("compare", { names: [...names] }, { slot: "compare", signal }),
      onAnswer: ({ result }) => {
        this.compared.value = result;
        void this.#label(result);
      },
      onFailure: (error) =>
        failures.report("The neurons could not be compared", error, () => void this.#load(this.names.peek())),
    });
  }

  /** Requests the label of each neuron, which may take seconds; without one a neuron is shown without. */
  async #label({ neurons }: CompareResult): Promise<void> {
    const { kernel, lifetime: signal, traits } = this.around;
    const vocabulary = traits.signals.vocabulary_info.peek()?.key;
    if (vocabulary === undefined) return;
    for (const { layer, detail } of neurons) {
      const { component, name } = detail.card;
      try {
        const about = { layer, vocabulary };
        // Waits in a thread of its own until the layer has labels.
        await kernel.request("label_layer", about, { slot: "compared_labels", signal, patient: true });
        const params = { ...about, components: [component] };
        const { result } = await kernel.request("labels", params, { signal });
        const [label] = result.labels;
        if (label !== undefined) this.labels.value = new Map([...this.labels.peek(), [name, label]]);
      } catch {
        return;
      }
    }
  }
}
