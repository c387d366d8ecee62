/**
 * State and behaviour of the gallery, without the DOM.
 *
 * Two kinds of state meet here. *Synced*: layer, query, sort, direction and selection are traits (`ui/state`); a
 * change by the browser or by a cell reaches both. *View* state: active card, open neuron, pending requests; it never
 * leaves the browser.
 */

import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { DetailResult, Sort } from "../../generated/protocol";
import type { NeuronGalleryTraits } from "../../generated/traits";
import type { Link, Narrowing, Neuron } from "../../kernel/link";
import type { Kernel, KernelStatus, Progress, State } from "../../kernel/types";
import { CardStore } from "../../neurons/cards";
import { Explaining } from "../../neurons/explain";
import { NeuronLabels } from "../../neurons/labels/neuron_labels";
import type { ExamplesAs } from "../../neurons/pictures/example_pictures";
import { Query } from "../../neurons/query/query";
import { Focus } from "../../neurons/state/focus";
import { OpenedNeuron } from "../../neurons/state/opened";
import { Selection, type SelectMode } from "../../neurons/state/selection";
import { Undo, watchedTraits } from "../../neurons/state/undo";
import { Failures } from "../../ui/state/failures";
import type { Schedule } from "../../ui/state/frame_batch";
import { type SignalsOf, Synced, statusOf, whileAlive } from "../../ui/state/synced";
import { Order, type SortedBy } from "./order";
import { Pins } from "./pins";
import { nameIn, type Ranking } from "./ranking";

export interface Opened extends Neuron {
  name: string;
}

/** Seams that a gallery takes from the view in which it stands beside another gallery. */
export interface Beside {
  /** The neuron of this gallery that stands for one of another; null for none. */
  translate: (neuron: Neuron) => Neuron | null;
  /** Opens a neuron, in place of its details. */
  open: (neuron: Neuron) => void;
  /** Narrows the cards; null for all. */
  narrowing: ReadonlySignal<Narrowing | null>;
  /** Gives values by component to sort by; null for the order of the ranking. */
  sortedBy: ReadonlySignal<SortedBy | null>;
}

interface GalleryOptions {
  kernel: Kernel;
  model: State<NeuronGalleryTraits>;
  signal: AbortSignal;
  link?: Link;
  /** Query box and failures of a view that contains this gallery. */
  within?: { query: Query; failures: Failures; undo: Undo };
  beside?: Beside;
  debounce?: number;
  schedule?: Schedule;
}

const DEBOUNCE = 120;

export class Gallery {
  readonly traits: SignalsOf<NeuronGalleryTraits>;
  readonly query: Query;
  readonly selection: Selection;
  readonly opened: OpenedNeuron<Opened, DetailResult>;
  readonly cards: CardStore;
  readonly labels: NeuronLabels;
  readonly failures: Failures;
  readonly undo: Undo;
  /** Undefined beside another gallery, whose images are of another lens. */
  readonly explaining: Explaining | undefined;

  readonly pins: Pins;
  /** What the legend of a linked map lets through; null for everything. */
  readonly narrowing: ReadonlySignal<Narrowing | null>;
  readonly order: Order;
  /** Error about the query; null while one types. */
  readonly queryError: ReadonlySignal<string | null>;
  readonly focus: Focus;

  /** Progress to show; null for none. */
  readonly busyWith: ReadonlySignal<Progress | null>;
  readonly status: Signal<KernelStatus>;

  readonly #synced: Synced<NeuronGalleryTraits>;

  constructor(options: GalleryOptions) {
    const { kernel, model, signal: lifetime, link, within, beside, debounce = DEBOUNCE, schedule } = options;
    this.#synced = new Synced<NeuronGalleryTraits>(model, lifetime);
    this.traits = this.#synced.signals;
    this.failures = within?.failures ?? new Failures(lifetime, model);
    const { failures, traits } = this;
    this.status = statusOf(kernel, lifetime);
    this.query = within?.query ?? new Query({ kernel, traits: this.#synced, failures, lifetime, debounce });
    this.undo =
      within?.undo ??
      new Undo({
        watched: watchedTraits(this.#synced as never, ["selection", "query", "query_image", "components"]),
        isChanging: this.query.isTyping,
        lifetime,
      });
    this.opened = new OpenedNeuron(
      ({ layer, component }) =>
        kernel.request("detail", { layer, component }, { slot: "detail", signal: lifetime }),
      failures,
      "The details could not be loaded",
    );
    if (beside === undefined)
      this.explaining = new Explaining({ kernel, failures, link, linked: traits.linked });
    const layer = () => this.order.answer.peek()?.layer ?? traits.layer.peek();
    const scheduled = schedule === undefined ? {} : { schedule };
    this.cards = new CardStore({
      kernel,
      layer,
      signal: lifetime,
      onFailure: (error) => failures.missing("Some neurons could not be loaded", error),
      ...scheduled,
    });
    const vocabulary = traits.vocabulary_info;
    this.labels = new NeuronLabels({ kernel, vocabulary, layer, lifetime, failures, ...scheduled });
    this.selection = new Selection(this.#synced, this.cards);
    const onChange = (fresh: Ranking, before: Ranking | null) => this.#changeOrder(fresh, before);
    const linked = computed(() => {
      const narrowing = link?.narrowed.value ?? null;
      const takesPart = narrowing?.by === model || traits.linked.value.includes("selection");
      return takesPart ? narrowing : null;
    });
    const { narrowing = linked, sortedBy = signal(null), translate } = beside ?? {};
    this.narrowing = narrowing;
    this.order = new Order({
      kernel,
      traits: this.#synced,
      failures,
      lifetime,
      onChange,
      narrowing,
      sortedBy,
    });
    this.pins = new Pins({ kernel, traits: this.#synced, failures, lifetime });
    const { opened } = this;
    const { queryError } = this.order;
    this.queryError = computed(() => (this.query.isTyping.value ? null : queryError.value));
    const open = beside?.open ?? ((neuron: Neuron) => this.#open(neuron));
    this.focus = new Focus({ shown: this.order.ranking, opened, open, link, translate, lifetime });
    this.busyWith = computed(() => {
      const progress = this.order.progress.value ?? this.labels.progress.value;
      return progress !== null && progress.total > 0 ? progress : null;
    });
    whileAlive(
      lifetime,
      () => {
        if (traits.revision.value === 0) return;
        this.cards.clear();
        this.labels.startOver();
      },
      // A new attribution changes the classes that the neuron contributes to.
      () => {
        if (traits.attributed.value > 0) this.opened.refresh();
      },
    );
  }

  chooseLayer(layer: string): void {
    this.#synced.write("layer", layer);
  }

  /** Component numbers sort upwards at first; every score starts with its highest. */
  chooseSort(sort: Sort): void {
    batch(() => {
      this.#synced.write("sort", sort);
      this.#synced.write("descending", sort !== "component");
    });
  }

  flipDirection(): void {
    this.#synced.write("descending", !this.traits.descending.peek());
  }

  showExamplesAs(way: ExamplesAs): void {
    this.#synced.write("examples_as", way);
  }

  showLabelsBy(method: string): void {
    this.#synced.write("labels_by", method);
  }

  select(place: number, mode: SelectMode): void {
    const ranking = this.order.ranking.peek();
    if (ranking === null) return;
    this.focus.visit(place);
    void this.selection.select(ranking, place, mode);
  }

  /** Shows the selected neurons alone. */
  showSelected(): void {
    this.showChosen(this.traits.selection.peek());
  }

  showChosen(names: string[]): void {
    this.#synced.write("components", names);
  }

  showAll(): void {
    this.narrowing.peek()?.clear();
    this.showChosen([]);
  }

  /** Handles Esc: closes the details first, then clears the selection. */
  escape(): void {
    if (this.opened.current.peek() !== null) this.opened.close();
    else this.selection.clear();
  }

  #open({ layer, component }: Neuron): void {
    const ranking = this.order.ranking.peek();
    if (ranking === null) return;
    const name = this.cards.get(component)?.name ?? nameIn(ranking, component);
    void this.opened.open({ layer, component, name });
  }

  #changeOrder(fresh: Ranking, before: Ranking | null): void {
    if (before?.layer !== fresh.layer) {
      this.cards.clear();
      this.labels.clear();
      this.opened.close();
    }
    this.focus.active.value = null;
    this.selection.forgetRange();
  }
}
