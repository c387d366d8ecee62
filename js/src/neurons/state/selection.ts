/** Selected neurons as names of components, synced with Python. */
import { computed, type ReadonlySignal, type Signal } from "@preact/signals";
import type { CardStore } from "../cards";

export type SelectMode = "only" | "toggle" | "range";

export function selectMode(event: MouseEvent): SelectMode {
  if (event.shiftKey) return "range";
  return event.ctrlKey || event.metaKey ? "toggle" : "only";
}

/** The trait that holds a selection. */
interface SelectionTrait {
  signals: { selection: Signal<string[]> };
  write(name: "selection", value: string[]): void;
}

/** Components by their places on screen. */
interface Ordered {
  order: Uint32Array;
}

/** Maximum of a range: the trait is sent with every change and has to stay small. */
const MAX_RANGE = 500;

export class Selection {
  readonly names: ReadonlySignal<ReadonlySet<string>>;
  #rangeStart: number | null = null;

  constructor(
    private readonly traits: SelectionTrait,
    private readonly cards: CardStore,
  ) {
    this.names = computed(() => new Set(traits.signals.selection.value));
  }

  /** Selects the card at a place: alone, toggled, or the range from the last selected card. */
  async select(shown: Ordered, place: number, mode: SelectMode): Promise<void> {
    const start = mode === "range" ? (this.#rangeStart ?? place) : place;
    if (mode !== "range") this.#rangeStart = place;
    const names = await this.#namesBetween(shown, Math.min(start, place), Math.max(start, place));
    const before = this.traits.signals.selection.peek();
    this.traits.write("selection", mode === "toggle" ? toggled(before, names) : names);
  }

  clear(): void {
    this.#rangeStart = null;
    this.traits.write("selection", []);
  }

  /** Forgets the start of a range, which a new order makes meaningless. */
  forgetRange(): void {
    this.#rangeStart = null;
  }

  async #namesBetween(shown: Ordered, first: number, last: number): Promise<string[]> {
    const components = [...shown.order.slice(first, Math.min(last + 1, first + MAX_RANGE))];
    await this.cards.load(components);
    return components
      .map((component) => this.cards.get(component)?.name)
      .filter((name) => name !== undefined);
  }
}

/** Adds the names that are missing, or removes all of them when none is. */
export function toggled(before: string[], names: string[]): string[] {
  const known = new Set(before);
  const fresh = names.filter((name) => !known.has(name));
  return fresh.length > 0 ? [...before, ...fresh] : before.filter((name) => !names.includes(name));
}
