/** Which neurons are selected: names of components, shared with Python. */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Synced } from "../../ui/synced";
import { contains, simplified } from "../points/lasso";
import { nameOf, type Points, pointNamed } from "../points/points";
import { type Point, unitsToSteps } from "../points/space";
import type { ConceptMapTraits } from "./protocol";

export type SelectMode = "only" | "toggle" | "add";

export interface MapSelectionOptions {
  traits: Synced<ConceptMapTraits>;
  points: Signal<Points | null>;
  /** What the legend lets through, where it filters at all. */
  isShown: () => ((point: number) => boolean) | undefined;
  /** Tells in words what a lasso caught. */
  say: (text: string) => void;
}

/** Names that a lasso may add: the trait is sent with every change and has to stay small. */
const MOST = 500;

export class MapSelection {
  /** The selected points of the map that is shown. */
  readonly points: ReadonlySignal<ReadonlySet<number>>;
  /** What to say of a selection that holds less than the lasso caught; null of any other. */
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
    this.write([nameOf(points, point)], mode);
  }

  clear(): void {
    this.options.traits.write("selection", []);
  }

  /** Selects what lies inside a polygon of map units, but for what the legend has switched off. */
  lasso(polygon: readonly Point[], mode: SelectMode): void {
    const points = this.options.points.peek();
    if (points === null) return;
    const corners = simplified(polygon).map((corner) => unitsToSteps(points.space, corner));
    const isShown = this.options.isShown() ?? (() => true);
    const inside = points.grid.inside(corners, contains).filter(isShown);
    const kept = inside.sort((a, b) => a - b).slice(0, MOST);
    this.write(
      kept.map((point) => nameOf(points, point)),
      mode,
    );
    const text = caughtText(inside.length, kept.length);
    this.shortfall.value = kept.length < inside.length ? text : null;
    this.options.say(text);
  }

  private write(names: string[], mode: SelectMode): void {
    const { traits } = this.options;
    this.shortfall.value = null;
    const before = traits.signals.selection.peek();
    const known = new Set(before);
    const fresh = names.filter((name) => !known.has(name));
    if (mode === "only") traits.write("selection", names);
    else if (mode === "toggle" && fresh.length === 0)
      traits.write(
        "selection",
        before.filter((name) => !names.includes(name)),
      );
    else traits.write("selection", [...before, ...fresh]);
  }
}

function caughtText(n: number, kept: number): string {
  if (n === 0) return "No neurons inside";
  const neurons = n === 1 ? "1 neuron" : `${n.toLocaleString("en")} neurons`;
  return kept < n
    ? `${neurons} inside, the first ${kept.toLocaleString("en")} selected`
    : `${neurons} selected`;
}
