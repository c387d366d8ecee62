/** Which neurons are selected: names of components, shared with Python. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Kernel } from "../kernel/types";
import type { Failures } from "../ui/failures";
import { contains, simplified } from "./lasso";
import { layoutShown, nameOf, type Points, pointNamed } from "./points";
import type { LassoParams, LassoResult } from "./protocol";
import { fromUnits, type Point, unitsToSteps } from "./space";
import type { SyncedTraits } from "./synced";

export type ChooseMode = "only" | "toggle" | "add";

export interface ChosenOptions {
  kernel: Kernel;
  traits: SyncedTraits;
  failures: Failures;
  lifetime: AbortSignal;
  points: Signal<Points | null>;
  /** Tells in words what a lasso caught. */
  say: (text: string) => void;
}

/** Names that a selection made without a kernel may hold: the trait is sent with every change and has to stay small. */
const MOST = 500;

export class Chosen {
  /** The selected points of the map that is shown. */
  readonly points: ReadonlySignal<ReadonlySet<number>>;
  /** What to say of a selection that holds less than the lasso caught; null of any other. */
  readonly shortfall: Signal<string | null> = signal(null);

  constructor(private readonly options: ChosenOptions) {
    const { traits, points } = options;
    this.points = computed(() => {
      const shown = points.value;
      if (shown === null) return new Set<number>();
      const found = traits.signals.selection.value.map((name) => pointNamed(shown, name));
      return new Set(found.filter((point) => point !== null));
    });
  }

  choose(point: number, mode: ChooseMode): void {
    const points = this.options.points.peek();
    if (points === null) return;
    this.write([nameOf(points, point)], mode);
  }

  clear(): void {
    this.options.traits.write("selection", []);
  }

  /** Selects what lies inside a polygon of map units. */
  async lasso(polygon: readonly Point[], mode: ChooseMode): Promise<void> {
    const points = this.options.points.peek();
    if (points === null) return;
    try {
      const { components, n } = await this.caught(points, simplified(polygon));
      this.write(components, mode);
      const text = caughtText(n, components.length);
      this.shortfall.value = components.length < n ? text : null;
      this.options.say(text);
    } catch (error) {
      const again = () => void this.lasso(polygon, mode);
      this.options.failures.report("The lasso did not work", error, again);
    }
  }

  private async caught(points: Points, polygon: readonly Point[]): Promise<LassoResult> {
    const { kernel, lifetime } = this.options;
    if (kernel.status === "gone") return caughtHere(points, polygon);
    const params: LassoParams = {
      ...layoutShown(points, this.options.traits.signals.method.peek()),
      polygon: polygon.map((corner) => fromUnits(points.space, corner)),
    };
    const options = { slot: "lasso", signal: lifetime };
    return (await kernel.request<LassoResult>("lasso", params, options)).result;
  }

  private write(names: string[], mode: ChooseMode): void {
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

function caughtHere(points: Points, polygon: readonly Point[]): LassoResult {
  const corners = polygon.map((corner) => unitsToSteps(points.space, corner));
  const inside = points.grid.inside(corners, contains).sort((a, b) => a - b);
  return { components: inside.slice(0, MOST).map((point) => nameOf(points, point)), n: inside.length };
}

function caughtText(n: number, kept: number): string {
  if (n === 0) return "No neurons inside";
  const neurons = n === 1 ? "1 neuron" : `${n.toLocaleString("en")} neurons`;
  return kept < n
    ? `${neurons} inside, the first ${kept.toLocaleString("en")} selected`
    : `${neurons} selected`;
}
