/**
 * Cache of pictures by row of the sample table: requested in batches, decoded once, kept while used.
 *
 * Rows wanted within one frame are requested together, and rows no longer wanted (a card that scrolled away) not at
 * all. At most two requests are pending, so that a jump does not queue behind stale rows; where each picture takes
 * long, a request is cancelled once none of its pictures is wanted.
 */
import { nextFrame } from "../../kernel/frame";
import type { Schedule } from "../../ui/state/frame_batch";
import { LeastRecentlyUsed } from "../../ui/state/lru";

export interface PictureSource<Picture> {
  /** Fetches the encoded files of these rows, in order; null where there is none. */
  load: (rows: number[], signal: AbortSignal) => Promise<(Blob | null)[]>;
  decode: (file: Blob) => Promise<Picture>;
  release: (picture: Picture) => void;
  capacity: number;
  /** Maximum per request, where each takes long. */
  slow?: number;
  onFailure?: (error: unknown) => void;
  schedule?: Schedule;
}

const ROWS_PER_REQUEST = 192;
const REQUESTS_AT_ONCE = 2;

/** `undefined`: not loaded (yet). `null`: there is no such picture, or it cannot be decoded. */
export type MaybePicture<Picture> = Picture | null | undefined;

export class PictureStore<Picture extends object | string> {
  readonly #pictures: LeastRecentlyUsed<number, { picture: Picture | null }>;
  readonly #listeners = new Map<number, Set<() => void>>();
  readonly #requests = new Map<AbortController, readonly number[]>();
  #scheduled = false;
  #closed = false;

  constructor(private readonly source: PictureSource<Picture>) {
    this.#pictures = new LeastRecentlyUsed(source.capacity, ({ picture }) => {
      if (picture !== null) source.release(picture);
    });
  }

  get(row: number): MaybePicture<Picture> {
    return this.#pictures.get(row)?.picture;
  }

  /** Calls `onArrive` when any of the rows has arrived; the returned function withdraws the request. */
  want(rows: number[], onArrive: () => void): () => void {
    const missing = rows.filter((row) => !this.#pictures.has(row));
    for (const row of missing) this.#listenersOf(row).add(onArrive);
    if (missing.length > 0) this.#scheduleAsk();
    return () => {
      for (const row of missing) this.#forget(row, onArrive);
    };
  }

  /** Releases every picture; later answers are dropped. */
  close(): void {
    this.#closed = true;
    this.#listeners.clear();
    this.#pictures.clear();
  }

  #listenersOf(row: number): Set<() => void> {
    const known = this.#listeners.get(row);
    if (known !== undefined) return known;
    const fresh = new Set<() => void>();
    this.#listeners.set(row, fresh);
    return fresh;
  }

  #forget(row: number, onArrive: () => void): void {
    const waiting = this.#listeners.get(row);
    waiting?.delete(onArrive);
    if (waiting?.size === 0) this.#listeners.delete(row);
    if (this.source.slow !== undefined && this.#requests.size > 0) this.#scheduleAsk();
  }

  #scheduleAsk(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    (this.source.schedule ?? nextFrame)(() => {
      this.#scheduled = false;
      this.#ask();
    });
  }

  #ask(): void {
    const { slow } = this.source;
    if (slow !== undefined) this.#giveUpUnwanted();
    const underWay = new Set([...this.#requests.values()].flat());
    const rows = [...this.#listeners.keys()].filter((row) => !underWay.has(row));
    const size = slow ?? ROWS_PER_REQUEST;
    for (let start = 0; start < rows.length && this.#requests.size < REQUESTS_AT_ONCE; start += size) {
      void this.#fetch(rows.slice(start, start + size));
    }
  }

  #giveUpUnwanted(): void {
    for (const [life, rows] of this.#requests) {
      if (rows.some((row) => this.#listeners.has(row))) continue;
      this.#requests.delete(life);
      life.abort();
    }
  }

  async #fetch(rows: number[]): Promise<void> {
    const life = new AbortController();
    this.#requests.set(life, rows);
    try {
      const files = await this.source.load(rows, life.signal);
      await Promise.all(rows.map((row, place) => this.#keep(row, files[place] ?? null)));
    } catch (error) {
      if (life.signal.aborted) return;
      // Drop the wanted rows, or the same failing request would be sent at every frame.
      for (const row of rows) this.#listeners.delete(row);
      if (!this.#closed) this.source.onFailure?.(error);
    } finally {
      this.#requests.delete(life);
      if (this.#listeners.size > 0) this.#scheduleAsk();
    }
  }

  async #keep(row: number, file: Blob | null): Promise<void> {
    const picture = file === null ? null : await this.#decoded(file);
    if (this.#closed) {
      if (picture !== null) this.source.release(picture);
      return;
    }
    this.#pictures.set(row, { picture });
    const waiting = this.#listeners.get(row);
    this.#listeners.delete(row);
    for (const onArrive of waiting ?? []) onArrive();
  }

  async #decoded(file: Blob): Promise<Picture | null> {
    try {
      return await this.source.decode(file);
    } catch {
      // A file that the browser cannot decode shows as a broken picture, and must not fail the other 191.
      return null;
    }
  }
}
