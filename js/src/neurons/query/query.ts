/** Query state: text typed with a debounce, text from the history, or an image. */

import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { VocabularyInfo } from "../../generated/traits";
import type { Kernel } from "../../kernel/types";
import type { Failures } from "../../ui/state/failures";
import { whileAlive } from "../../ui/state/synced";
import { isHalfTyped } from "./half_typed";
import { whyNotAnImage } from "./image_file";
import { QueryHistory } from "./query_history";
import { type QueryPicture, queryPicture } from "./query_picture";
import { Suggestions } from "./suggestions";

/** Traits that hold a query. */
interface QueryTraits {
  signals: {
    query: Signal<string>;
    query_image: Signal<string>;
    vocabulary_info?: Signal<VocabularyInfo | null>;
  };
  write(name: "query" | "query_image", value: string): void;
}

interface QueryOptions {
  kernel: Kernel;
  traits: QueryTraits;
  failures: Failures;
  lifetime: AbortSignal;
  /** Milliseconds between the last key and the request. */
  debounce: number;
  /** Called in the same step in which text or an image entered here becomes the query. */
  onAsk?: () => void;
}

/** Milliseconds without a key after which a text is no longer half typed. */
const PAUSE_MS = 1000;
const IMAGE_FAILED = "The image could not be used as a query";

export class Query {
  /** Text of the query box, ahead of the query by the debounce. */
  readonly draft: Signal<string>;
  readonly picture: ReadonlySignal<QueryPicture | null>;
  /** Words that complete the text, and past queries. */
  readonly suggestions: Suggestions;
  readonly byImage: ReadonlySignal<boolean>;
  /** True from a key on until a pause or Enter: what is half typed is not warned of. */
  readonly isTyping: Signal<boolean> = signal(false);
  /** True when a kernel is available to embed an image. */
  readonly takesImages: boolean;
  readonly #history = new QueryHistory();
  #typing: ReturnType<typeof setTimeout> | undefined;
  #pausing: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: QueryOptions) {
    const { query, query_image } = options.traits.signals;
    this.draft = signal(query.peek());
    this.byImage = computed(() => query_image.value !== "");
    const { kernel, lifetime, traits } = options;
    this.picture = queryPicture(kernel, query_image, lifetime);
    const vocabulary = traits.signals.vocabulary_info;
    this.suggestions = new Suggestions({ kernel, lifetime, vocabulary, history: this.#history });
    this.takesImages = options.kernel.status !== "kept";
    whileAlive(options.lifetime, () => this.#follow(query.value));
    options.lifetime.addEventListener("abort", () => {
      clearTimeout(this.#typing);
      clearTimeout(this.#pausing);
    });
  }

  /** Handles typing; the text becomes the query after the debounce, and words that complete it are offered. */
  type(text: string): void {
    this.#enter(text);
    void this.suggestions.offer(text);
  }

  /** Handles Enter: takes the chosen word if there is one, applies the query at once and adds it to the history. */
  enterKey(): void {
    this.draft.value = this.suggestions.taken() ?? this.draft.peek();
    this.submit();
  }

  /** Takes an item of the list below the box. */
  take(place: number): void {
    const query = this.suggestions.taken(place);
    if (query !== null) this.ask(query);
  }

  /** True if there are queries to go back to. */
  get hasPast(): boolean {
    return this.#history.past.length > 0;
  }

  /** Applies the query at once and adds it to the history. */
  submit(): void {
    this.suggestions.close();
    this.#history.push(this.draft.peek());
    this.#pause();
    this.#commit();
  }

  /** Replaces the query and adds it to the history. */
  ask(query: string): void {
    this.#history.push(this.draft.peek());
    this.draft.value = query;
    this.submit();
  }

  /** Queries for neurons like this one: "like #12". */
  like(name: string): void {
    this.ask(`like #${name.slice(name.lastIndexOf(":") + 1)}`);
  }

  recallOlder(): void {
    const older = this.#history.older(this.draft.peek());
    if (older !== undefined) this.#enter(older);
    this.suggestions.showPast();
  }

  recallNewer(): void {
    const newer = this.#history.newer();
    if (newer !== undefined) this.#enter(newer);
    if (this.#history.place === null) this.suggestions.close();
    else this.suggestions.showPast();
  }

  /** Makes an image the query; a pasted one has no name. */
  async useImage(file: Blob & { name?: string }): Promise<void> {
    const { kernel, lifetime, failures } = this.options;
    const refusal = whyNotAnImage(file);
    if (refusal !== null) return failures.report(IMAGE_FAILED, new Error(refusal));
    try {
      const options = { signal: lifetime, slot: "image", buffers: [await file.arrayBuffer()] };
      const { result } = await kernel.request("image", { name: file.name ?? "" }, options);
      this.#showImage(result.handle);
    } catch (error) {
      failures.report(IMAGE_FAILED, error, () => void this.useImage(file));
    }
  }

  clearImage(): void {
    this.options.traits.write("query_image", "");
  }

  /** Puts a text into the box; it becomes the query after the debounce, unless it is half typed. */
  #enter(text: string): void {
    this.draft.value = text;
    this.isTyping.value = true;
    clearTimeout(this.#typing);
    clearTimeout(this.#pausing);
    this.#pausing = setTimeout(() => this.#pause(), PAUSE_MS);
    if (!isHalfTyped(text)) this.#typing = setTimeout(() => this.#commit(), this.options.debounce);
  }

  #pause(): void {
    clearTimeout(this.#pausing);
    this.isTyping.value = false;
  }

  #showImage(handle: string): void {
    clearTimeout(this.#typing);
    const { traits } = this.options;
    batch(() => {
      this.options.onAsk?.();
      this.draft.value = "";
      traits.write("query", "");
      traits.write("query_image", handle);
    });
  }

  #commit(): void {
    clearTimeout(this.#typing);
    const { traits } = this.options;
    const text = this.draft.peek().trim();
    batch(() => {
      if (text !== "" && this.byImage.peek()) this.clearImage();
      if (text !== "") this.options.onAsk?.();
      traits.write("query", text);
    });
  }

  /** Shows a query set by a cell in the box; the box's own query, which returns trimmed, leaves the text as typed. */
  #follow(query: string): void {
    if (query === this.draft.peek().trim()) return;
    clearTimeout(this.#typing);
    this.draft.value = query;
  }
}
