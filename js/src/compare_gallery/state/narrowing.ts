/** The cards that one of two galleries shows: matched, lost or gained ones, and what the legend of a map lets through. */
import { computed, type ReadonlySignal } from "@preact/signals";
import type { Matches } from "../../comparisons/matches";
import type { CompareGalleryTraits } from "../../generated/traits";
import type { Link, Narrowing } from "../../kernel/link";
import type { SignalsOf } from "../../ui/state/synced";

interface NarrowingOptions {
  traits: SignalsOf<CompareGalleryTraits>;
  link: Link;
  /** Of the widget, by which it knows its own legend. */
  model: object;
  matches: Matches;
  side: ReadonlySignal<string>;
  other: ReadonlySignal<string>;
}

/** Returns what narrows the cards of a side; null for nothing. `showAll` takes the choice of matches back. */
export function narrowingOf(
  options: NarrowingOptions,
  showAll: () => void,
): ReadonlySignal<Narrowing | null> {
  const { traits, link, model } = options;
  return computed(() => {
    const narrowed = link.narrowed.value;
    const takesPart = narrowed?.by === model || traits.linked.value.includes("selection");
    return both(byMatches(options, showAll), takesPart ? narrowed : null);
  });
}

function byMatches({ traits, model, matches, side, other }: NarrowingOptions, clear: () => void) {
  const show = traits.show.value;
  const text = textOf(
    show,
    side.value,
    other.value,
    traits.layers.value.map(({ name }) => name),
  );
  if (text === null) return null;
  const chance = matches.between(side.value, other.value)?.chance;
  if (!chance) return null;
  const shows = show === "matched" ? chance.isMatched : chance.isAlone;
  return { shows: ({ component }: { component: number }) => shows(component), text, clear, by: model };
}

/** Names what a side is narrowed to; null for nothing: the later side has lost nothing, the earlier one gained nothing. */
function textOf(
  show: CompareGalleryTraits["show"],
  side: string,
  other: string,
  order: readonly string[],
): string | null {
  const isEarlier = order.indexOf(side) < order.indexOf(other);
  if (show === "matched") return "matched";
  if (show === "lost" && isEarlier) return `lost in ${other}`;
  return show === "gained" && !isEarlier ? `not in ${other}` : null;
}

function both(one: Narrowing | null, other: Narrowing | null): Narrowing | null {
  if (one === null || other === null) return one ?? other;
  return {
    shows: (neuron) => one.shows(neuron) && other.shows(neuron),
    text: `${one.text}, ${other.text}`,
    clear: () => {
      one.clear();
      other.clear();
    },
    by: one.by,
  };
}
