/**
 * State of two galleries under one query, without the DOM.
 *
 * Each side is a gallery of its own whose layer is the side. The neuron that was last visited in either, or on a linked
 * map, is the current one: its match is lit on the other side. An opened neuron is shown beside its match.
 */
import { computed, type ReadonlySignal, type Signal } from "@preact/signals";
import { Matches } from "../../comparisons/matches";
import type { CompareGalleryTraits } from "../../generated/traits";
import { Link, type Neuron } from "../../kernel/link";
import type { Kernel, KernelStatus, Progress, State } from "../../kernel/types";
import { strengths } from "../../neuron_gallery/state/ranking";
import { Gallery } from "../../neuron_gallery/state/state";
import { componentNamed } from "../../neurons/component_name";
import { Query } from "../../neurons/query/query";
import { Undo, watchedTraits } from "../../neurons/state/undo";
import { Failures } from "../../ui/state/failures";
import type { Schedule } from "../../ui/state/frame_batch";
import { type SignalsOf, Synced, statusOf, whileAlive } from "../../ui/state/synced";
import { narrowingOf } from "./narrowing";
import { OpenedPair } from "./opened_pair";
import { sideKernel, sideState } from "./side";
import { nameOf } from "./words";

interface CompareGalleryOptions {
  kernel: Kernel;
  model: State<CompareGalleryTraits>;
  signal: AbortSignal;
  link?: Link;
  /** Query box, failures and matches of a view that contains this one. */
  within?: { query: Query; failures: Failures; undo: Undo; matches: Matches };
  debounce?: number;
  schedule?: Schedule;
}

const DEBOUNCE = 120;
const PLACES = [0, 1] as const;
export type Place = (typeof PLACES)[number];

export class CompareGallery {
  readonly traits: SignalsOf<CompareGalleryTraits>;
  readonly failures: Failures;
  readonly query: Query;
  readonly undo: Undo;
  readonly matches: Matches;
  readonly status: Signal<KernelStatus>;
  /** The gallery of each of the two sides that are shown. */
  readonly galleries: readonly [Gallery, Gallery];
  /** The neuron that was visited last; null for none. */
  readonly current: ReadonlySignal<Neuron | null>;
  readonly opened: OpenedPair;
  /** Range of the strengths on both sides. */
  readonly strengths: ReadonlySignal<{ min: number; max: number }>;
  readonly busyWith: ReadonlySignal<Progress | null>;
  /** The present order: without a query, that of strength is that of similarity. */
  readonly sortedBy: ReadonlySignal<CompareGalleryTraits["sort"]>;
  readonly #synced: Synced<CompareGalleryTraits>;
  readonly #link: Link;

  constructor(private readonly options: CompareGalleryOptions) {
    const { kernel, model, signal: lifetime, link = new Link(), within, debounce = DEBOUNCE } = options;
    this.#link = link;
    this.#synced = new Synced(model, lifetime);
    this.traits = this.#synced.signals;
    this.failures = within?.failures ?? new Failures(lifetime, model);
    const { failures } = this;
    const synced = this.#synced;
    this.status = statusOf(kernel, lifetime);
    this.query = within?.query ?? new Query({ kernel, traits: synced, failures, lifetime, debounce });
    this.undo =
      within?.undo ??
      new Undo({
        watched: watchedTraits(synced as never, ["selection", "query", "query_image", "show"]),
        isChanging: this.query.isTyping,
        lifetime,
      });
    this.matches = within?.matches ?? new Matches(kernel, lifetime, failures);
    this.sortedBy = computed(() => {
      const { sort, query, query_image } = this.traits;
      const hasQuery = query.value !== "" || query_image.value !== "";
      return sort.value === "strength" && !hasQuery ? "similarity" : sort.value;
    });
    this.current = computed(() => link.visited.value?.neuron ?? null);
    this.opened = new OpenedPair({
      kernel,
      lifetime,
      failures,
      pair: this.traits.pair,
      matches: this.matches,
    });
    this.galleries = [this.#gallery(0), this.#gallery(1)];
    this.strengths = computed(() => strengthsOf(this.galleries));
    this.busyWith = computed(() => this.#progress());
    whileAlive(lifetime, () => this.#visitSelected(), ...PLACES.map((place) => this.#keepActive(place)));
  }

  /** Name of a side that is shown. */
  sideAt(place: Place): string {
    return this.traits.pair.value[place] ?? "";
  }

  /** Name of the side that is shown beside another. */
  other(side: string): string {
    return this.sideAt(side === this.sideAt(0) ? 1 : 0);
  }

  galleryOf(side: string): Gallery {
    return this.galleries[side === this.sideAt(0) ? 0 : 1];
  }

  /** Shows another side at a place; the side that is there already changes places with it. */
  chooseSide(place: Place, side: string): void {
    const shown = [...this.traits.pair.peek()];
    if (shown[1 - place] === side) shown[1 - place] = shown[place] ?? "";
    shown[place] = side;
    this.#synced.write("pair", shown);
  }

  chooseShow(show: CompareGalleryTraits["show"]): void {
    this.#synced.write("show", show);
  }

  /** Numbers rise at first; every other order begins with the highest. */
  chooseSort(sort: CompareGalleryTraits["sort"]): void {
    this.#synced.write("sort", sort);
    this.#synced.write("descending", sort !== "component");
  }

  flipDirection(): void {
    this.#synced.write("descending", !this.traits.descending.peek());
  }

  showExamplesAs(way: CompareGalleryTraits["examples_as"]): void {
    this.#synced.write("examples_as", way);
  }

  clearSelection(): void {
    this.#synced.write("selection", []);
  }

  /** Names of the sides that are shown, in the order of the comparison. */
  ordered(): string[] {
    const order = this.traits.layers.value.map(({ name }) => name);
    return [...this.traits.pair.value].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  }

  /** Returns whether the sides that are shown were built over the same images. */
  overSameImages(): boolean {
    const shown = this.traits.sides.value.filter(({ name }) => this.traits.pair.value.includes(name));
    return new Set(shown.map(({ images }) => images)).size === 1;
  }

  nameOf(neuron: Neuron): string {
    const signed = this.galleryOf(neuron.layer).order.answer.value?.signed ?? false;
    return nameOf(neuron, this.traits.layers.value, signed);
  }

  /** The neuron on a side that is current, or stands for the current one of the other side; null for none. */
  activeOn(place: Place): Neuron | null {
    const current = this.current.value;
    return current && this.matches.partner(current, this.sideAt(place));
  }

  /** Opens a neuron beside its nearest on the other side. */
  open(neuron: Neuron): void {
    this.visit(neuron);
    this.opened.open(neuron);
  }

  /** Makes a neuron the current one and scrolls to it. */
  visit(neuron: Neuron): void {
    this.#link.visited.value = { neuron, by: this };
  }

  /** Opens the neuron that lies so many places further on the side of the opened one. */
  step(by: number): void {
    const opened = this.opened.current.peek();
    if (opened === null) return;
    const { focus, order } = this.galleryOf(opened.layer);
    const component = order.ranking.peek()?.order[(focus.placeOf(opened.component) ?? -by) + by];
    if (component !== undefined) this.open({ layer: opened.layer, component });
  }

  #gallery(place: Place): Gallery {
    const { kernel, model, signal, schedule } = this.options;
    const { failures, query, undo, matches } = this;
    const link = this.#link;
    const side = computed(() => this.sideAt(place));
    const other = computed(() => this.sideAt(place === 0 ? 1 : 0));
    const narrowing = narrowingOf({ traits: this.traits, link, model, matches, side, other }, () =>
      this.chooseShow("all"),
    );
    const sortedBy = computed(() => {
      if (this.sortedBy.value === "strength") return strengths;
      const pair = this.sortedBy.value === "similarity" ? matches.between(side.value, other.value) : null;
      return pair && (() => pair.similarity);
    });
    return new Gallery({
      kernel: sideKernel(kernel, place),
      model: sideState(model, place),
      signal,
      link,
      within: { failures, query, undo },
      beside: {
        translate: (neuron) => matches.partner(neuron, side.value),
        open: (neuron) => this.open(neuron),
        narrowing,
        sortedBy,
      },
      ...(schedule === undefined ? {} : { schedule }),
    });
  }

  /** A cell may have selected a neuron, which then is the current one. */
  #visitSelected(): void {
    const name = this.traits.selection.value.at(-1);
    const layer = this.traits.layers.value.find(
      (side) => name?.slice(0, name.lastIndexOf(":")) === side.name,
    );
    if (name === undefined || layer === undefined) return;
    const component = componentNamed(name, layer.name, layer.n_components, name.endsWith("-"));
    const current = this.current.peek();
    if (component === null || (current?.layer === layer.name && current.component === component)) return;
    this.visit({ layer: layer.name, component });
  }

  /** Makes the current neuron, or its match, the active card; new cards begin at the top, with none active. */
  #keepActive(place: Place): () => void {
    let before: { current: Neuron | null; ranking: unknown; isNew: boolean } | null = null;
    return () => {
      const { order, focus } = this.galleries[place];
      const [current, ranking] = [this.current.value, order.ranking.value];
      const neuron = this.activeOn(place);
      // The match may become known later, but then no longer moves cards that are new meanwhile.
      const isNew = before?.current === current && (before.isNew || before.ranking !== ranking);
      before = { current, ranking, isNew };
      focus.active.value = neuron === null || isNew ? null : focus.placeOf(neuron.component);
    };
  }

  #progress(): Progress | null {
    const own = this.galleries.map(({ busyWith }) => busyWith.value).find((progress) => progress !== null);
    // A map that the galleries are joined to says what its matches wait for.
    return own ?? (this.options.within === undefined ? this.matches.progress.value : null);
  }
}

function strengthsOf(galleries: readonly Gallery[]): { min: number; max: number } {
  const range = { min: 0, max: 0 };
  for (const { order } of galleries)
    for (const value of order.answer.value === null ? [] : strengths(order.answer.value)) {
      if (value > range.max) range.max = value;
      if (value < range.min) range.min = value;
    }
  return range;
}
