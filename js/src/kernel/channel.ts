/**
 * The one line to Python that all views of a lens share: requests go out through the outbox, every
 * request gets one answer, found by its `rid`.
 */
import { KernelError } from "./error";
import type { HostModel } from "./models";
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

export const GONE = "The kernel is gone: run the cell again";

// Every tab on the same kernel hears every answer: the prefix tells whose it is.
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

  /** Asks; returns the id by which the request can be cancelled. */
  ask(request: Omit<Letter, "rid">, waiting: Waiting): string {
    const rid = `${PAGE}:${++counter}`;
    this.#waiting.set(rid, waiting);
    if (this.#gone) queueMicrotask(() => this.#lose(rid));
    else this.#outbox.add({ rid, ...request });
    return rid;
  }

  /** Nobody waits any longer: Python is told, unless the request has not left yet. */
  cancel(rid: string): void {
    if (!this.#waiting.delete(rid) || this.#outbox.withdraw(rid) || this.#gone) return;
    this.#outbox.add({ rid: `${PAGE}:${++counter}`, kind: "cancel", params: { rid }, buffers: [] });
  }

  #post(content: object, buffers: ArrayBuffer[]): void {
    try {
      this.model.send(content, undefined, buffers);
    } catch {
      // The host throws when the line to the kernel was closed under us, which it does not always announce.
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
