/** Filter of the legend, shared with the other views of the lens. */
import type { ReadonlySignal, Signal } from "@preact/signals";
import type { Link, Narrowing } from "../../kernel/link";
import { count, significant } from "../../ui/format";
import { whileAlive } from "../../ui/state/synced";
import type { Colouring } from "../colours/colouring";
import { type Filter, passes } from "../colours/filter";
import { NO_KIND, type Points, pointOf } from "../points/points";
import { ENCODINGS } from "./words";

interface NarrowingOptions {
  points: ReadonlySignal<Points | null>;
  colouring: ReadonlySignal<Colouring | null>;
  filter: Signal<Filter>;
  /** Model of this map. */
  model: object;
  link: Link;
  lifetime: AbortSignal;
}

/** Keeps the link's narrowing equal to the legend's filter. */
export function shareFilter({ points, colouring, filter, model, link, lifetime }: NarrowingOptions): void {
  const share = (narrowing: Narrowing | null) => {
    if (narrowing !== null || link.narrowed.peek()?.by === model) link.narrowed.value = narrowing;
  };
  const clear = () => {
    filter.value = null;
  };
  whileAlive(lifetime, () => {
    const [shown, colours, by] = [points.value, colouring.value, filter.value];
    if (shown === null || colours === null || by === null) return share(null);
    share({
      shows: (neuron) => isLetThrough(shown, colours, by, neuron),
      text: filterText(colours, by),
      clear,
      by: model,
    });
  });
  lifetime.addEventListener("abort", () => share(null));
}

function isLetThrough(
  points: Points,
  colouring: Colouring,
  filter: Filter,
  neuron: Parameters<typeof pointOf>[1],
) {
  const point = pointOf(points, neuron);
  return point === null || passes(colouring, filter, point);
}

/** Returns, for example, "fish", "3 of 15 clusters" or "clarity 0.2 to 0.4". */
export function filterText({ encoding, legend }: Colouring, filter: NonNullable<Filter>): string {
  const name = ENCODINGS[encoding].toLowerCase();
  if (filter.by === "range") return `${name} ${significant(filter.from)} to ${significant(filter.to)}`;
  const shown = legend.filter((_, kind) => !filter.hidden.has(kind));
  if (shown.length === 1 && filter.hidden.has(NO_KIND)) return shown[0]?.label ?? "";
  return `${count(shown.length)} of ${count(legend.length)} ${name}s`;
}
