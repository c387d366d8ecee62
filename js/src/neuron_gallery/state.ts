/**
 * All that the gallery knows and does, without a single DOM node.
 *
 * Two kinds of state meet here. *Synced*: layer, query, sort, direction, selection are traits (`synced.ts`); whoever
 * changes them, the browser or a cell, both see it. *View* state: the active card, the opened neuron, what is under way;
 * it never leaves the browser. A change of layer, query or order asks for a ranking; until it comes the old one stays.
 */
import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type Link, Pointing } from "../kernel/link";
import type { Kernel, KernelStatus, Progress, State } from "../kernel/types";
import { CardStore } from "../ui/cards";
import type { ExamplesAs } from "../ui/example_pictures";
import { Failures, messageOf } from "../ui/failures";
import type { Schedule } from "../ui/frame_batch";
import { NeuronLabels } from "../ui/neuron_labels";
import { Query } from "../ui/query";
import { Selection, type SelectMode } from "../ui/selection";
import { OpenedNeuron } from "./opened";
import type { GalleryTraits, RankResult, SortKey } from "./protocol";
import { among, decodeRanking, nameIn, type Ranking } from "./ranking";
import { SyncedTraits, type TraitSignals } from "./synced";

export interface GalleryOptions {
  kernel: Kernel;
  model: State<GalleryTraits>;
  signal: AbortSignal;
  link?: Link;
  /** The query box and the banner of a view that the gallery is a part of. */
  within?: { query: Query; failures: Failures };
  debounce?: number;
  schedule?: Schedule;
}

const DEBOUNCE = 120;

export class Gallery {
  readonly traits: TraitSignals;
  readonly query: Query;
  readonly selection: Selection;
  readonly opened: OpenedNeuron;
  readonly cards: CardStore;
  readonly labels: NeuronLabels;
  readonly failures: Failures;

  readonly pointing: Pointing;

  /** Of all neurons of the layer. */
  readonly answer: Signal<Ranking | null> = signal(null);
  /** Of those that are shown. */
  readonly ranking: ReadonlySignal<Ranking | null>;
  /** A ranking is under way; the one shown is the one before. */
  readonly waiting = signal(true);
  readonly progress: Signal<Progress | null> = signal(null);
  /** What there is progress to show of. */
  readonly busyWith: ReadonlySignal<Progress | null>;
  /** Why the query as it stands has no answer; belongs next to the box, not in a banner. */
  readonly queryError: Signal<string | null> = signal(null);
  readonly status: Signal<KernelStatus>;
  /** The place of the card that the keys act on. */
  readonly active: Signal<number | null> = signal(null);
  /** Grows when the user asks for everything that is missing to be asked for again. */
  readonly attempt = signal(0);

  private readonly kernel: Kernel;
  private readonly lifetime: AbortSignal;
  private readonly synced: SyncedTraits;
  private asked = 0;

  constructor(options: GalleryOptions) {
    const { kernel, model, signal: lifetime, link, within, debounce = DEBOUNCE, schedule } = options;
    this.kernel = kernel;
    this.lifetime = lifetime;
    this.synced = new SyncedTraits(model, lifetime);
    this.traits = this.synced.signals;
    this.failures = within?.failures ?? new Failures(lifetime);
    this.pointing = new Pointing(link);
    this.ranking = computed(() => {
      const answer = this.answer.value;
      return answer === null ? null : among(answer, this.traits.components.value);
    });
    this.status = signal(kernel.status);
    const { failures } = this;
    this.query = within?.query ?? new Query({ kernel, traits: this.synced, failures, lifetime, debounce });
    this.opened = new OpenedNeuron(kernel, this.failures, lifetime);
    const layer = () => this.answer.peek()?.layer ?? this.traits.layer.peek();
    const scheduled = schedule === undefined ? {} : { schedule };
    this.cards = new CardStore({
      kernel,
      layer,
      signal: lifetime,
      onFailure: (error) => this.missing("Some neurons could not be loaded", error),
      ...scheduled,
    });
    const { vocabulary_info: vocabulary } = this.traits;
    this.labels = new NeuronLabels({
      kernel,
      vocabulary,
      layer,
      lifetime,
      failures: this.failures,
      ...scheduled,
    });
    this.busyWith = computed(() => {
      const progress = this.progress.value ?? this.labels.progress.value;
      return progress !== null && progress.total > 0 ? progress : null;
    });
    this.selection = new Selection(this.synced, this.cards);
    this.live();
  }

  chooseLayer(layer: string): void {
    this.synced.write("layer", layer);
  }

  /** Numbers count up; every score starts with its highest. */
  chooseSort(sort: SortKey): void {
    batch(() => {
      this.synced.write("sort", sort);
      this.synced.write("descending", sort !== "component");
    });
  }

  flipDirection(): void {
    this.synced.write("descending", !this.traits.descending.peek());
  }

  showExamplesAs(way: ExamplesAs): void {
    this.synced.write("examples_as", way);
  }

  select(place: number, mode: SelectMode): void {
    const ranking = this.ranking.peek();
    if (ranking === null) return;
    this.visit(place);
    void this.selection.select(ranking, place, mode);
  }

  /** Opens the details of the card at a place. */
  openPlace(place: number): void {
    this.visit(place);
    this.open(place);
  }

  /** The arrows; with the details open, they turn its pages. */
  moveTo(place: number): void {
    this.visit(place);
    if (this.opened.current.peek() !== null) this.open(place);
  }

  /** Shows the selected neurons alone. */
  showSelected(): void {
    this.synced.write("components", this.traits.selection.peek());
  }

  showAll(): void {
    this.synced.write("components", []);
  }

  private visit(place: number): void {
    const ranking = this.ranking.peek();
    const component = ranking?.order[place];
    this.active.value = place;
    if (ranking !== null && component !== undefined) this.pointing.visit({ layer: ranking.layer, component });
  }

  /** The neuron that the user went to in another view. */
  private followVisit(): void {
    const neuron = this.pointing.visited.value;
    const ranking = this.ranking.peek();
    if (neuron === null || ranking?.layer !== neuron.layer) return;
    const place = ranking.order.indexOf(neuron.component);
    if (place < 0) return;
    this.active.value = place;
    if (this.opened.current.peek() !== null) this.open(place);
  }

  private open(place: number): void {
    const ranking = this.ranking.peek();
    const component = ranking?.order[place];
    if (ranking === null || component === undefined) return;
    const name = this.cards.get(component)?.name ?? nameIn(ranking, component);
    void this.opened.open({ layer: ranking.layer, component, name });
  }

  /** Opens the details of a component, wherever it stands in the order. */
  openComponent(component: number): void {
    const place = this.ranking.peek()?.order.indexOf(component) ?? -1;
    if (place >= 0) this.openPlace(place);
  }

  /** Esc: first the details, then the selection. */
  escape(): void {
    if (this.opened.current.peek() !== null) this.opened.close();
    else this.selection.clear();
  }

  /** Says that something on the cards is missing, and how to get it. */
  missing(what: string, error: unknown): void {
    this.failures.report(what, error, () => {
      this.attempt.value += 1;
    });
  }

  /** Asks for the ranking that the traits name. */
  async rank(): Promise<void> {
    const asked = ++this.asked;
    const { layer, query, query_image, sort, descending } = this.traits;
    const params = {
      layer: layer.peek(),
      query: query.peek(),
      query_image: query_image.peek(),
      sort: sort.peek(),
      descending: descending.peek(),
    };
    if (params.layer === "") return this.settle();
    this.waiting.value = true;
    const onProgress = (progress: Progress) => {
      if (asked === this.asked) this.progress.value = progress;
    };
    try {
      const options = { slot: "rank", signal: this.lifetime, onProgress };
      const reply = await this.kernel.request<RankResult>("rank", params, options);
      if (asked === this.asked) this.show(decodeRanking(reply, params.layer, params.query));
    } catch (error) {
      if (asked === this.asked) this.rankFailed(error, params.query !== "" || params.query_image !== "");
    } finally {
      if (asked === this.asked) this.settle();
    }
  }

  private live(): void {
    this.kernel.onStatus((status) => {
      this.status.value = status;
    }, this.lifetime);
    const stop = effect(() => this.rankWhenTraitsChange());
    const stopForgetting = effect(() => this.forgetWhenRevised());
    const stopFollowing = effect(() => this.followVisit());
    this.lifetime.addEventListener("abort", () => {
      stop();
      stopForgetting();
      stopFollowing();
    });
  }

  private rankWhenTraitsChange(): void {
    const { layer, query, query_image, sort, descending, revision } = this.traits;
    for (const trait of [layer, query, query_image, sort, descending, revision]) void trait.value;
    // Several traits often change together, and Python's arrive one by one: ask once, after all of them.
    const asked = ++this.asked;
    queueMicrotask(() => {
      if (asked === this.asked) void this.rank();
    });
  }

  private forgetWhenRevised(): void {
    if (this.traits.revision.value === 0) return;
    this.cards.clear();
    this.labels.startOver();
  }

  private show(ranking: Ranking): void {
    batch(() => {
      if (this.answer.peek()?.layer !== ranking.layer) this.leaveLayer();
      this.answer.value = ranking;
      this.queryError.value = null;
      this.active.value = null;
      this.selection.forgetRange();
    });
  }

  private leaveLayer(): void {
    this.cards.clear();
    this.labels.clear();
    this.opened.close();
  }

  private rankFailed(error: unknown, hasQuery: boolean): void {
    if (this.failures.isNoNews(error)) return;
    if (hasQuery) this.queryError.value = messageOf(error);
    else this.failures.report("The neurons could not be ranked", error, () => void this.rank());
  }

  private settle(): void {
    this.waiting.value = false;
    this.progress.value = null;
  }
}
