/** State of a card: the chosen number, the order of rows, and the chosen bar. */
import { computed, type ReadonlySignal, type Signal } from "@preact/signals";
import type { CardInfo, CardRow, CardViewTraits, NumberInfo } from "../../generated/traits";
import type { KernelStatus, State, ViewProps } from "../../kernel/types";
import { counted, percent, significant } from "../../ui/format";
import { Failures } from "../../ui/state/failures";
import { type SignalsOf, Synced, statusOf } from "../../ui/state/synced";

export interface PlacedRow extends CardRow {
  /** Its place in the card. */
  place: number;
  isLast: boolean;
}

export class CardState {
  readonly traits: SignalsOf<CardViewTraits>;
  readonly failures: Failures;
  readonly status: Signal<KernelStatus>;
  readonly card: ReadonlySignal<CardInfo>;
  readonly number: ReadonlySignal<NumberInfo>;
  /** In the order in which they are shown; the row over all layers is always the last. */
  readonly rows: ReadonlySignal<PlacedRow[]>;
  /** The chosen bar in words; null for none. */
  readonly chosen: ReadonlySignal<string | null>;
  readonly #synced: Synced<CardViewTraits>;
  readonly #model: State<CardViewTraits>;

  constructor({ kernel, model, signal }: ViewProps<CardViewTraits>) {
    this.#model = model;
    this.#synced = new Synced<CardViewTraits>(model, signal);
    this.traits = this.#synced.signals;
    this.failures = new Failures(signal, model);
    this.status = statusOf(kernel, signal);
    const { card_info, number, ranked, bar } = this.traits;
    this.card = card_info as unknown as ReadonlySignal<CardInfo>;
    this.number = computed(() => this.card.value.numbers[this.#column(number.value)] as NumberInfo);
    this.rows = computed(() => this.#ordered(ranked.value ? this.#column(number.value) : null));
    this.chosen = computed(() => {
      const [row, key, place = 0] = bar.value;
      return row === undefined ? null : this.barText(row, this.#column(key), place);
    });
  }

  chooseNumber(key: string): void {
    this.#synced.write("number", key as CardViewTraits["number"]);
  }

  rank(ranked: boolean): void {
    this.#synced.write("ranked", ranked);
  }

  /** Chooses a bar, or gives it up if it is the chosen one. */
  chooseBar(row: number, column: number, bar: number): void {
    const key = this.card.peek().numbers[column]?.key ?? "";
    this.#synced.write("bar", this.isChosen(row, column, bar) ? [] : [row, key, bar]);
  }

  clear(): void {
    this.#synced.write("bar", []);
    this.#synced.write("selection", []);
  }

  isChosen(row: number, column: number, bar: number): boolean {
    const [at, key, place] = this.traits.bar.value;
    return at === row && place === bar && this.#column(key) === column;
  }

  /** Shows a layer in the other widgets; they may have moved on, so an equal layer is passed on too. */
  showLayer(layer: string): void {
    this.#model.set("layer", layer);
  }

  /** Describes a bar: "34 neurons of bn2: clarity 0.20 to 0.25". */
  barText(row: number, column: number, bar: number): string {
    const { numbers, rows } = this.card.value;
    const number = numbers[column] as NumberInfo;
    const { name, numbers: own } = rows[row] as CardRow;
    const n = own[column]?.counts[bar] ?? 0;
    return `${counted(n, "neuron")} of ${name}: ${rangeText(number, bar)}`;
  }

  #column(key: string | undefined): number {
    return this.card.peek().numbers.findIndex((number) => number.key === key);
  }

  #ordered(column: number | null): PlacedRow[] {
    const { numbers, rows, n_parts } = this.card.value;
    const placed = rows.map((row, place) => ({ ...row, place, isLast: place === rows.length - 1 }));
    if (column === null) return placed;
    const sign = numbers[column]?.lower_is_better ? 1 : -1;
    const value = ({ numbers: own }: CardRow) => own[column]?.mean ?? sign * Infinity;
    const parts = placed.slice(0, n_parts).sort((a, b) => sign * (value(a) - value(b)));
    return [...parts, ...placed.slice(n_parts)];
  }
}

function rangeText(number: NumberInfo, bar: number): string {
  const { key, is_share, edges } = number;
  if (key === "labelled") return bar === 0 ? "no clear label" : "a clear label";
  if (is_share) return bar === 0 ? "not clearer than chance" : "clearer than chance";
  return `${key} ${written(number, edges[bar] ?? null)} to ${written(number, edges[bar + 1] ?? null)}`;
}

/** Formats a number as its kind is written: a share in per cent, others with three digits, so that intervals differ. */
export function written({ is_share }: NumberInfo, value: number | null): string {
  if (is_share || value === null) return is_share ? percent(value) : significant(value);
  const text = Math.abs(value) < 0.001 ? String(Number(value.toFixed(5))) : value.toPrecision(3);
  return text.replace("-", "−");
}
