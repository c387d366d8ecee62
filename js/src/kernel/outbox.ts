/**
 * Outbox: batches the requests of one animation frame into one message, and sends at most 20 messages per second,
 * because JupyterLab drops messages when far more arrive for seconds.
 */
import { nextFrame } from "./frame";

export interface Letter {
  rid: string;
  kind: string;
  params: object;
  slot?: string;
  buffers: ArrayBuffer[];
}

type Post = (content: { requests: unknown[] }, buffers: ArrayBuffer[]) => void;

const INTERVAL_MS = 50;

export class Outbox {
  #letters: Letter[] = [];
  #scheduled = false;
  #lastPost = Number.NEGATIVE_INFINITY;

  constructor(private readonly post: Post) {}

  add(letter: Letter): void {
    this.#letters.push(letter);
    if (this.#scheduled) return;
    this.#scheduled = true;
    const wait = this.#lastPost + INTERVAL_MS - performance.now();
    if (wait > 0) setTimeout(() => nextFrame(() => this.#flush()), wait);
    else nextFrame(() => this.#flush());
  }

  /** Withdraws an unsent request; returns false when it has been sent. */
  withdraw(rid: string): boolean {
    const before = this.#letters.length;
    this.#letters = this.#letters.filter((letter) => letter.rid !== rid);
    return this.#letters.length < before;
  }

  #flush(): void {
    this.#scheduled = false;
    const letters = this.#letters;
    if (letters.length === 0) return;
    this.#letters = [];
    this.#lastPost = performance.now();
    const requests = letters.map(({ buffers, ...rest }) => ({ ...rest, n_buffers: buffers.length }));
    this.post(
      { requests },
      letters.flatMap((letter) => letter.buffers),
    );
  }
}
