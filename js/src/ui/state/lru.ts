/** Least-recently-used cache that passes every evicted entry to `release`. */
export class LeastRecentlyUsed<Key, Value> {
  readonly #entries = new Map<Key, Value>();

  constructor(
    private readonly capacity: number,
    private readonly release: (value: Value) => void = () => {},
  ) {}

  get size(): number {
    return this.#entries.size;
  }

  has(key: Key): boolean {
    return this.#entries.has(key);
  }

  /** Returns the value and marks it as most recently used. */
  get(key: Key): Value | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    // A Map iterates in insertion order, so re-inserting an entry marks it as used.
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: Key, value: Value): void {
    const old = this.#entries.get(key);
    if (old !== undefined && old !== value) this.release(old);
    this.#entries.delete(key);
    this.#entries.set(key, value);
    this.#trim();
  }

  clear(): void {
    for (const value of this.#entries.values()) this.release(value);
    this.#entries.clear();
  }

  #trim(): void {
    for (const [key, value] of this.#entries) {
      if (this.#entries.size <= this.capacity) return;
      this.#entries.delete(key);
      this.release(value);
    }
  }
}
