/** Query state: text typed with a debounce, text from the history, or an image. */

import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Kernel } from "../../kernel/types";
import type { Failures } from "../../ui/state/failures";
import { whileAlive } from "../../ui/state/synced";
import { whyNotAnImage } from "./image_file";
import { QueryHistory } from "./query_history";

/** Traits that hold a query. */
interface QueryTraits {
  signals: { query: Signal<string>; query_image: Signal<string> };
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

const IMAGE_FAILED = "The image could not be used as a query";

export class Query {
  /** Text of the query box, ahead of the query by the debounce. */
  readonly draft: Signal<string>;
  /** The picture of the image query, while this page has it. */
  readonly picture: Signal<Blob | null> = signal(null);
  readonly byImage: ReadonlySignal<boolean>;
  /** True when a kernel is available to embed an image. */
  readonly takesImages: boolean;
  private readonly history = new QueryHistory();
  private typing: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: QueryOptions) {
    const { query, query_image } = options.traits.signals;
    this.draft = signal(query.peek());
    this.byImage = computed(() => query_image.value !== "");
    this.takesImages = options.kernel.status !== "kept";
    whileAlive(options.lifetime, () => this.follow(query.value));
    options.lifetime.addEventListener("abort", () => clearTimeout(this.typing));
  }

  /** Handles typing; the text becomes the query after the debounce. */
  type(text: string): void {
    this.draft.value = text;
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.commit(), this.options.debounce);
  }

  /** Handles Enter: applies the query at once and adds it to the history. */
  submit(): void {
    this.history.push(this.draft.peek());
    this.commit();
  }

  /** Replaces the query and adds it to the history. */
  ask(query: string): void {
    this.history.push(this.draft.peek());
    this.draft.value = query;
    this.submit();
  }

  /** Queries for neurons like this one: "like #12". */
  like(name: string): void {
    this.ask(`like #${name.slice(name.lastIndexOf(":") + 1)}`);
  }

  recallOlder(): void {
    const older = this.history.older(this.draft.peek());
    if (older !== undefined) this.type(older);
  }

  recallNewer(): void {
    const newer = this.history.newer();
    if (newer !== undefined) this.type(newer);
  }

  /** Makes an image the query. */
  async useImage(file: Blob): Promise<void> {
    const { kernel, lifetime, failures } = this.options;
    const refusal = whyNotAnImage(file);
    if (refusal !== null) return failures.report(IMAGE_FAILED, new Error(refusal));
    try {
      const options = { signal: lifetime, slot: "image", buffers: [await file.arrayBuffer()] };
      const { result } = await kernel.request("image", {}, options);
      this.showImage(file, result.handle);
    } catch (error) {
      failures.report(IMAGE_FAILED, error, () => void this.useImage(file));
    }
  }

  clearImage(): void {
    batch(() => {
      this.picture.value = null;
      this.options.traits.write("query_image", "");
    });
  }

  private showImage(file: Blob, handle: string): void {
    clearTimeout(this.typing);
    const { traits } = this.options;
    batch(() => {
      this.options.onAsk?.();
      this.picture.value = file;
      this.draft.value = "";
      traits.write("query", "");
      traits.write("query_image", handle);
    });
  }

  private commit(): void {
    clearTimeout(this.typing);
    const { traits } = this.options;
    const text = this.draft.peek().trim();
    batch(() => {
      if (text !== "" && this.byImage.peek()) this.clearImage();
      if (text !== "") this.options.onAsk?.();
      traits.write("query", text);
    });
  }

  /** Shows a query set by a cell in the box; the box's own query, which returns trimmed, leaves the text as typed. */
  private follow(query: string): void {
    if (query === this.draft.peek().trim()) return;
    clearTimeout(this.typing);
    this.draft.value = query;
  }
}
