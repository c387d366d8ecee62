/** Selected points of the map; the trait holds them as names of components. */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ConceptMapTraits } from "../../generated/traits";
import { toggled } from "../../neurons/state/selection";
import { count, counted } from "../../ui/format";
import type { Synced } from "../../ui/state/synced";
import { contains, simplified } from "../points/lasso";
import { nameOf, type Points, pointNamed } from "../points/points";
import { type Point, unitsToSteps } from "../points/space";

export type SelectMode = "only" | "toggle" | "add";

interface MapSelectionOptions {
  traits: Synced<ConceptMapTraits>;
  points: ReadonlySignal<Points | null>;
  /** Returns the legend's filter; undefined when it filters nothing. */
  isShown: () => ((point: number) => boolean) | undefined;
  /** Announces the result of a lasso. */
  say: (text: string) => void;
}

/** Maximum of a lasso: the trait is sent with every change and has to stay small. */
const MOST = 500;

export class MapSelection {
  /** The selected points of the current map. */
  readonly points: ReadonlySignal<ReadonlySet<number>>;
  /** Message when the selection holds fewer points than the lasso contains; else null. */
  readonly shortfall: Signal<string | null> = signal(null);

  constructor(private readonly options: MapSelectionOptions) {
    const { traits, points } = options;
    this.points = computed(() => {
      const shown = points.value;
      if (shown === null) return new Set<number>();
      const found = traits.signals.selection.value.map((name) => pointNamed(shown, name));
      return new Set(found.filter((point) => point !== null));
    });
  }

  select(point: number, mode: SelectMode): void {
    const points = this.options.points.peek();
    if (points === null) return;
    this.#write([nameOf(points, point)], mode);
  }

  clear(): void {
    this.options.traits.write("selection", []);
  }

  /** Selects the points inside a polygon of map units that pass the legend's filter. */
  lasso(polygon: readonly Point[], mode: SelectMode): void {
    const points = this.options.points.peek();
    if (points === null) return;
    const corners = simplified(polygon).map((corner) => unitsToSteps(points.space, corner));
    const isShown = this.options.isShown() ?? (() => true);
    const inside = points.grid.inside(corners, contains).filter(isShown);
    const kept = inside.sort((a, b) => a - b).slice(0, MOST);
    this.#write(
      kept.map((point) => nameOf(points, point)),
      mode,
    );
    const text = caughtText(inside.length, kept.length);
    this.shortfall.value = kept.length < inside.length ? text : null;
    this.options.say(text);
  }

  #write(names: string[], mode: SelectMode): void {
    const { traits } = this.options;
    this.shortfall.value = null;
    const before = traits.signals.selection.peek();
    if (mode === "only") traits.write("selection", names);
    else if (mode === "toggle") traits.write("selection", toggled(before, names));
    else traits.write("selection", [...new Set([...before, ...names])]);
  }
}

function caughtText(n: number, kept: number): string {
  if (n === 0) return "No neurons inside";
  const neurons = counted(n, "neuron");
  return kept < n ? `${neurons} inside, the first ${count(kept)} selected` : `${neurons} selected`;
}
