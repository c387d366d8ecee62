/** Columns of a page in a folder: parts that are loaded when an answer first needs them. */
import { type At, Columns, inflated } from "./kept";

/** Bytes of loaded parts that are kept, but for those that an answer waits for. */
const MOST = 256 * 2 ** 20;

type OnProgress = (done: number, total: number) => void;

/** Thrown by an answer that needs parts which are not loaded; it is asked for again once `load` has resolved. */
export class Missing extends Error {
  constructor(readonly load: (onProgress: OnProgress) => Promise<void>) {
    super("this part of the page is not loaded");
  }
}

export class PartColumns extends Columns {
  /** By number, the least recently loaded first. */
  readonly #loaded = new Map<number, ArrayBuffer>();
  readonly #underWay = new Map<number, Promise<ArrayBuffer>>();

  /** `starts` are those of the parts, and the end of the last; `fetch` gets one by its number. */
  constructor(
    private readonly starts: number[],
    private readonly fetch: (part: number) => Promise<ArrayBuffer>,
  ) {
    super(new ArrayBuffer(0));
  }

  override need(columns: At[]): void {
    const wanted = new Set(columns.flatMap((at) => this.#partsOf(at)));
    const missing = [...wanted].filter((part) => !this.#loaded.has(part));
    if (missing.length > 0) throw new Missing((onProgress) => this.#load(missing, onProgress));
  }

  override view(at: At): DataView {
    this.need([at]);
    const [start, end] = at;
    const parts = this.#partsOf(at);
    const [first = 0] = parts;
    if (parts.length === 1) return new DataView(this.#part(first), start - this.#start(first), end - start);
    const whole = new Uint8Array(end - start);
    for (const part of parts) {
      const from = this.#start(part);
      const own = new Uint8Array(this.#part(part)).subarray(Math.max(0, start - from), end - from);
      whole.set(own, Math.max(0, from - start));
    }
    return new DataView(whole.buffer);
  }

  #start(part: number): number {
    return this.starts[part] as number;
  }

  #part(part: number): ArrayBuffer {
    return this.#loaded.get(part) as ArrayBuffer;
  }

  /** The parts that a column lies in; none for an empty one. */
  #partsOf([start, end]: At): number[] {
    if (end <= start) return [];
    let [low, high] = [0, this.starts.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#start(middle) <= start) low = middle;
      else high = middle;
    }
    const parts = [low];
    for (let next = low + 1; this.#start(next) < end; next++) parts.push(next);
    return parts;
  }

  async #load(parts: number[], onProgress: OnProgress): Promise<void> {
    let done = 0;
    const loaded = await Promise.all(
      parts.map(async (part) => {
        const bytes = await this.#fetched(part);
        done += 1;
        onProgress(done, parts.length);
        return bytes;
      }),
    );
    parts.forEach((part, place) => {
      this.#loaded.delete(part);
      this.#loaded.set(part, loaded[place] as ArrayBuffer);
    });
    this.#forget(new Set(parts));
  }

  /** Loads a part once, however many answers wait for it. */
  #fetched(part: number): Promise<ArrayBuffer> {
    const known = this.#underWay.get(part);
    if (known !== undefined) return known;
    const made = this.fetch(part).finally(() => this.#underWay.delete(part));
    this.#underWay.set(part, made);
    // At once, not when the slowest of its batch has arrived: another answer may need this one alone.
    return made.then((bytes) => {
      this.#loaded.set(part, bytes);
      return bytes;
    });
  }

  #forget(needed: ReadonlySet<number>): void {
    let size = [...this.#loaded.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
    for (const [part, { byteLength }] of this.#loaded) {
      if (size <= MOST) return;
      if (needed.has(part)) continue;
      this.#loaded.delete(part);
      size -= byteLength;
    }
  }
}

const arrivals = new Map<number, (text: string) => void>();

/** Loads a part as a script, which a page from the disk may do, too. */
export function scriptPart(part: number): Promise<ArrayBuffer> {
  (globalThis as Record<string, unknown>).slwPart = (number: number, text: string) =>
    arrivals.get(number)?.(text);
  const script = document.createElement("script");
  const path = `parts/${Math.floor(part / 1000)}/${part}.js`;
  const text = new Promise<string>((resolve, reject) => {
    arrivals.set(part, resolve);
    script.onerror = () => reject(new Error(`${path} is missing: keep the folder of this page whole`));
    script.src = path;
    document.head.append(script);
  });
  return text.then(inflated).finally(() => {
    arrivals.delete(part);
    script.remove();
  });
}
