/** State of a comparison map: a concept map whose layers are sides, and the matches between them. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { type Match, Matches } from "../../comparisons/matches";
import { only } from "../../concept_map/colours/filter";
import { neuronOf, type Points, pointOf } from "../../concept_map/points/points";
import { ConceptMap } from "../../concept_map/state/state";
import type { CompareMapTraits } from "../../generated/traits";
import type { Link } from "../../kernel/link";
import type { Kernel, State } from "../../kernel/types";
import { Synced, whileAlive } from "../../ui/state/synced";
import { KINDS, type MatchKind, matchColouring, type Pair, sideColouring } from "./colours";
import { asMapModel } from "./map_model";
import { Steps } from "./steps";
import { matchText } from "./words";

interface CompareMapOptions {
  kernel: Kernel;
  model: State<CompareMapTraits>;
  signal: AbortSignal;
  link?: Link;
  debounce?: number;
}

const KIND_COUNT = Object.keys(KINDS).length;
/** Milliseconds for which a step is shown while the series plays. */
export const STEP_MS = 1400;

export class CompareMap {
  readonly map: ConceptMap;
  readonly matches: Matches;
  readonly traits: Synced<CompareMapTraits>;
  /** The sides between which matches are shown. */
  readonly pair: ReadonlySignal<Pair>;
  readonly playing = signal(false);
  readonly #steps: Steps;
  /** The kind to show alone as soon as colours by match are there. */
  #wanted: MatchKind | null = null;

  constructor(options: CompareMapOptions) {
    const { kernel, model, signal: lifetime } = options;
    const traits = new Synced<CompareMapTraits>(model, lifetime);
    this.traits = traits;
    this.pair = computed(() => pairOf(traits));
    const isSeries = traits.signals.series.peek();
    this.map = new ConceptMap({
      ...options,
      model: asMapModel(model),
      own: {
        ...(isSeries ? { view: (laid: Points) => this.#steps.view(laid, traits.signals.step.value) } : {}),
        colours: {
          usual: isSeries ? "match" : "side",
          isOwn: (encoding) => encoding === "side" || encoding === "match",
          colouring: (encoding, points) => this.#colouring(encoding === "match", points),
        },
        progress: computed(() => this.matches.progress.value),
        spoken: (points, point) => `. ${matchText(points, this.partner(points, point))}`,
      },
    });
    this.matches = new Matches(kernel, lifetime, this.map.failures);
    this.#steps = new Steps(this.matches);
    whileAlive(
      lifetime,
      () => this.#play(),
      () => this.#takeWanted(),
    );
    if (isSeries) this.#prefetch(lifetime);
  }

  /** Returns the neuron of the other side that a point is most similar to; null for none, and until it is known. */
  partner(points: Points, point: number): Match | null {
    const neuron = neuronOf(points, point);
    const [before, after] = this.pair.value;
    return this.matches.matchOf(neuron, neuron.layer === after ? before : after);
  }

  /** Shows what became of neurons between the sides, one kind alone. */
  showAlone(kind: MatchKind): void {
    const { map } = this;
    if (map.colours.colouring.peek()?.encoding === "match")
      map.filter.value = only(map.filter.peek(), KINDS[kind], KIND_COUNT);
    else this.#wanted = kind;
    this.traits.write("encoding", "match");
  }

  /** Goes to the next neuron without a match, in the order of the sides, and keeps its card. */
  nextUnmatched(): void {
    const points = this.map.layout.points.peek();
    const colouring = points === null ? null : this.#colouring(true, points);
    if (points === null || colouring?.encoding !== "match") return;
    const isAlone = (point: number) => {
      const kind = colouring.values[point];
      return kind === KINDS.lost || kind === KINDS.gained;
    };
    const from = this.map.focus.active.peek() ?? -1;
    for (let further = 1; further <= points.n; further++) {
      const point = (from + further) % points.n;
      if (!isAlone(point)) continue;
      this.map.focus.goTo(points, point);
      this.map.hover.pin(point);
      return;
    }
    this.map.said.value = "Every neuron that shows something has a match";
  }

  /** The values of traits unless others are chosen. */
  usual() {
    const { query, query_image, series } = this.traits.signals;
    const asks = query.peek() !== "" || query_image.peek() !== "";
    return { encoding: asks ? "alignment" : series.peek() ? "match" : "side", method: "umap" };
  }

  /** Goes so many steps on. */
  step(by: number): void {
    if (this.traits.signals.series.peek()) this.goTo(this.traits.signals.step.peek() + by);
  }

  /** Shows a side of the series; out of range, the nearest. */
  goTo(step: number): void {
    const most = this.traits.signals.sides.peek().length - 1;
    this.#follow(Math.max(0, Math.min(most, step)));
  }

  togglePlay(): void {
    if (!this.traits.signals.series.peek()) return;
    const { sides, step } = this.traits.signals;
    if (!this.playing.peek() && step.peek() === sides.peek().length - 1) this.goTo(0);
    this.playing.value = !this.playing.peek();
  }

  /** Steps on; the neuron that handles keys stays the same one where it has a match. */
  #follow(step: number): void {
    const { map, traits } = this;
    const laid = map.layout.laid.peek();
    const active = map.focus.active.peek();
    const name = traits.signals.sides.peek()[step]?.name ?? "";
    const partner =
      laid === null || active === null ? null : this.matches.partner(neuronOf(laid, active), name);
    map.hover.close();
    traits.write("step", step);
    if (active !== null)
      map.focus.active.value = partner !== null && laid !== null ? pointOf(laid, partner) : null;
  }

  #takeWanted(): void {
    if (this.map.colours.colouring.value?.encoding !== "match" || this.#wanted === null) return;
    this.map.filter.value = only(null, KINDS[this.#wanted], KIND_COUNT);
    this.#wanted = null;
  }

  #play(): (() => void) | undefined {
    if (!this.playing.value) return undefined;
    const { sides, step } = this.traits.signals;
    if (step.value >= sides.value.length - 1) {
      this.playing.value = false;
      return undefined;
    }
    const timer = setTimeout(() => this.goTo(step.peek() + 1), STEP_MS);
    return () => clearTimeout(timer);
  }

  #colouring(byMatch: boolean, points: Points) {
    if (!byMatch) return sideColouring(points);
    const pair = this.pair.value;
    const there = this.matches.between(pair[0], pair[1])?.chance;
    const back = this.matches.between(pair[1], pair[0])?.chance;
    // Until chance is known nobody can tell a match: sides are shown.
    return !there || !back ? sideColouring(points) : matchColouring(points, pair, [there, back]);
  }

  /** Asks for the matches of all steps, so that playing need not wait for them. */
  #prefetch(lifetime: AbortSignal): void {
    whileAlive(lifetime, () => {
      const names = this.traits.signals.sides.value.map(({ name }) => name);
      names.slice(1).forEach((after, place) => {
        this.matches.between(names[place] ?? "", after);
        this.matches.between(after, names[place] ?? "");
      });
    });
  }
}

function pairOf({ signals }: Synced<CompareMapTraits>): Pair {
  const [before = "", after = ""] = signals.pair.value;
  if (!signals.series.value) return [before, after];
  const names = signals.sides.value.map(({ name }) => name);
  const later = Math.max(1, signals.step.value);
  return [names[later - 1] ?? "", names[later] ?? ""];
}
