/** Position of the query on the map. */

import { type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import type { ProbeParams } from "../../generated/protocol";
import type { ConceptMapTraits } from "../../generated/traits";
import type { Kernel } from "../../kernel/types";
import { latest, type Synced, whileAlive } from "../../ui/state/synced";
import { layoutParams, type Points } from "./points";
import { type Point, toUnits } from "./space";

export interface Probe {
  text: string;
  /** In map units. */
  at: Point;
}

/** Follows the position of the current query among the current points; null without a query or a position. */
export function probeOf(
  kernel: Kernel,
  traits: Synced<ConceptMapTraits>,
  points: ReadonlySignal<Points | null>,
  lifetime: AbortSignal,
): Signal<Probe | null> {
  const probe: Signal<Probe | null> = signal(null);
  const soon = latest();
  const ask = async (shown: Points, query: string, query_image: string) => {
    try {
      const params: ProbeParams = {
        ...layoutParams(shown, traits.signals.method.peek()),
        query,
        query_image,
      };
      const options = { slot: "probe", signal: lifetime };
      const { result } = await kernel.request("probe", params, options);
      if (traits.signals.query.peek() !== query || points.peek() !== shown) return;
      const { x, y } = result;
      const text = query === "" ? "image" : query;
      probe.value = x === null || y === null ? null : { text, at: toUnits(shown.space, [x, y]) };
    } catch {
      // The colours of the same query fail too and report it; without its marker the map is still complete.
      probe.value = null;
    }
  };
  whileAlive(lifetime, () => {
    const { query, query_image } = traits.signals;
    const [text, image, shown] = [query.value, query_image.value, points.value];
    if (shown === null || (text === "" && image === "")) probe.value = null;
    else soon(() => untracked(() => void ask(shown, text, image)));
  });
  return probe;
}
