/** List below the query box: words that complete the text, or past queries. Typing and Enter never depend on it. */
import { type Signal, signal } from "@preact/signals";
import type { VocabularyInfo } from "../../generated/traits";
import type { Kernel } from "../../kernel/types";
import { completed, lastTerm } from "./last_term";
import type { QueryHistory } from "./query_history";

export interface Suggested {
  kind: "words" | "past";
  items: readonly string[];
  /** Place of the chosen item; null for none. */
  active: number | null;
}

interface SuggestionsOptions {
  kernel: Kernel;
  lifetime: AbortSignal;
  vocabulary: Signal<VocabularyInfo | null> | undefined;
  history: QueryHistory;
}

const FEWEST_LETTERS = 2;

export class Suggestions {
  /** Null while the list is closed; it is never empty. */
  readonly shown: Signal<Suggested | null> = signal(null);
  #text = "";

  constructor(private readonly options: SuggestionsOptions) {}

  /** Offers words for a text that was just typed. */
  async offer(text: string): Promise<void> {
    this.#text = text;
    const { term } = lastTerm(text);
    if (term.length < FEWEST_LETTERS) return this.close();
    const { kernel, lifetime: signal, vocabulary } = this.options;
    const params = { text: term, vocabulary: vocabulary?.peek()?.key ?? "" };
    try {
      const { result } = await kernel.request("complete", params, { slot: "words", signal, patient: true });
      // The box may have been left, or the query asked, meanwhile.
      if (this.#text !== text) return;
      this.#show(
        "words",
        result.words.filter((word) => word !== term),
      );
    } catch {
      if (this.#text === text) this.close();
    }
  }

  /** Shows the past queries, with the chosen one marked. */
  showPast(): void {
    const { past, place } = this.options.history;
    this.#show("past", past, place);
  }

  /** Moves among the words, and from either end of them back to the text; false where there are none. */
  move(by: 1 | -1): boolean {
    const shown = this.shown.peek();
    if (shown?.kind !== "words" || (shown.active === null && by < 0)) return false;
    const next = (shown.active ?? -1) + by;
    this.shown.value = { ...shown, active: next < 0 || next >= shown.items.length ? null : next };
    return true;
  }

  /** Returns the query that an item of the list stands for, by default of the chosen word. */
  taken(place = this.#chosenWord()): string | null {
    const shown = this.shown.peek();
    const item = place === null ? undefined : shown?.items[place];
    if (item === undefined) return null;
    return shown?.kind === "words" ? completed(this.#text, item) : item;
  }

  close(): void {
    this.#text = "";
    this.shown.value = null;
  }

  #chosenWord(): number | null {
    const shown = this.shown.peek();
    return shown?.kind === "words" ? shown.active : null;
  }

  #show(kind: Suggested["kind"], items: readonly string[], active: number | null = null): void {
    this.shown.value = items.length === 0 ? null : { kind, items, active };
  }
}
