/**
 * All that the gallery knows and does, without a single DOM node.
 *
 * Two kinds of state meet here. *Synced*: layer, query, sort, direction, selection are traits (`synced.ts`); whoever
 * changes them, the browser or a cell, both see it. *View* state: the active card, the opened neuron, what is under way;
 * it never leaves the browser. A change of layer, query or order asks for a ranking; until it comes the old one stays.
 */
import { batch, effect, type Signal, signal } from "@preact/signals";
import type { Kernel, KernelStatus, Progress, State } from "../kernel/types";
import { CardStore } from "../ui/cards";
import { Failures, messageOf } from "../ui/failures";
import type { Schedule } from "../ui/frame_batch";
import { NeuronLabels } from "../ui/neuron_labels";
import { Query } from "../ui/query";
import { OpenedNeuron } from "./opened";
import type { GalleryTraits, RankResult, SortKey } from "./protocol";
import { decodeRanking, type Ranking } from "./ranking";
import { Selection, type SelectMode } from "./selection";
import { SyncedTraits, type TraitSignals } from "./synced";

export interface GalleryOptions {
  kernel: Kernel;
  model: State<GalleryTraits>;
  signal: AbortSignal;
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

  readonly ranking: Signal<Ranking | null> = signal(null);
  /** A ranking is under way; the one shown is the one before. */
  readonly waiting = signal(true);
  readonly progress: Signal<Progress | null> = signal(null);
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

  constructor({ kernel, model, signal: lifetime, debounce = DEBOUNCE, schedule }: GalleryOptions) {
    this.kernel = kernel;
    this.lifetime = lifetime;
    this.synced = new SyncedTraits(model, lifetime);
    this.traits = this.synced.signals;
    this.failures = new Failures(lifetime);
    this.status = signal(kernel.status);
    this.query = new Query({ kernel, traits: this.synced, failures: this.failures, lifetime, debounce });
    this.opened = new OpenedNeuron(kernel, this.failures, lifetime);
    const layer = () => this.ranking.peek()?.layer ?? this.traits.layer.peek();
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

  select(place: number, mode: SelectMode): void {
    const ranking = this.ranking.peek();
    if (ranking === null) return;
    this.active.value = place;
    void this.selection.select(ranking, place, mode);
  }

  /** Opens the details of the card at a place. */
  openPlace(place: number): void {
    const ranking = this.ranking.peek();
    const component = ranking?.order[place];
    if (ranking === null || component === undefined) return;
    this.active.value = place;
    const name = this.cards.get(component)?.name ?? `${ranking.layer}:${component}`;
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
    this.lifetime.addEventListener("abort", () => {
      stop();
      stopForgetting();
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
      if (this.ranking.peek()?.layer !== ranking.layer) this.leaveLayer();
      this.ranking.value = ranking;
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
