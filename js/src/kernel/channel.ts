/**
 * Channel to Python that all views of a lens share: requests leave through the outbox, and every request gets one
 * answer, matched by its `rid`.
 */
import { KernelError } from "./error";
import type { HostModel } from "./host/models";
import { type Letter, Outbox } from "./outbox";
import type { Progress, Reply } from "./types";

interface Answer {
  rid: string;
  result?: unknown;
  error?: { type: string; message: string };
  progress?: Progress;
}

export interface Waiting {
  resolve: (reply: Reply<unknown>) => void;
  reject: (error: Error) => void;
  onProgress?: ((progress: Progress) => void) | undefined;
}

const GONE = "The kernel is gone: run the cell again";

// Every browser tab on a kernel receives every answer: the prefix marks its own.
export const PAGE = crypto.getRandomValues(new Uint32Array(2)).join("-");
let counter = 0;

export class Channel {
  #waiting = new Map<string, Waiting>();
  #outbox = new Outbox((content, buffers) => this.#post(content, buffers));
  #goneListeners = new Set<() => void>();
  #gone: boolean;

  constructor(private readonly model: HostModel) {
    this.#gone = model.comm_live === false;
    model.on("msg:custom", (answer: Answer, buffers: DataView[]) => this.#receive(answer, buffers ?? []));
    model.on("comm_live_update", () => this.#setGone(model.comm_live === false));
    model.on("comm:close", () => this.#setGone(true));
  }

  get gone(): boolean {
    return this.#gone;
  }

  get kept(): boolean {
    return this.model.kept === true;
  }

  onGone(listener: () => void, signal: AbortSignal): void {
    this.#goneListeners.add(listener);
    signal.addEventListener("abort", () => this.#goneListeners.delete(listener));
  }

  /** Sends a request; returns the id that cancels it. */
  ask(request: Omit<Letter, "rid">, waiting: Waiting): string {
    const rid = `${PAGE}:${++counter}`;
    this.#waiting.set(rid, waiting);
    if (this.#gone) queueMicrotask(() => this.#lose(rid));
    else this.#outbox.add({ rid, ...request });
    return rid;
  }

  /** Cancels a request: withdraws it from the outbox, or notifies Python. */
  cancel(rid: string): void {
    if (!this.#waiting.delete(rid) || this.#outbox.withdraw(rid) || this.#gone) return;
    this.#outbox.add({ rid: `${PAGE}:${++counter}`, kind: "cancel", params: { rid }, buffers: [] });
  }

  #post(content: object, buffers: ArrayBuffer[]): void {
    try {
      this.model.send(content, undefined, buffers);
    } catch {
      // The host throws when the comm was closed, which it does not always announce.
      this.#setGone(true);
    }
  }

  #receive(answer: Answer, buffers: DataView[]): void {
    const waiting = this.#waiting.get(answer.rid);
    if (waiting === undefined) return;
    if (answer.progress) {
      waiting.onProgress?.(answer.progress);
      return;
    }
    this.#waiting.delete(answer.rid);
    if (answer.error) waiting.reject(new KernelError(answer.error.type, answer.error.message));
    else waiting.resolve({ result: answer.result, buffers });
  }

  #setGone(gone: boolean): void {
    if (gone === this.#gone) return;
    this.#gone = gone;
    if (gone) for (const rid of [...this.#waiting.keys()]) this.#lose(rid);
    for (const listener of this.#goneListeners) listener();
  }

  #lose(rid: string): void {
    const waiting = this.#waiting.get(rid);
    this.#waiting.delete(rid);
    waiting?.reject(new KernelError("KernelGone", GONE));
  }
}
