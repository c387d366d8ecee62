/** History of queries, browsed with the up and down arrows as in a shell; unfinished text is kept at the end. */
export class QueryHistory {
  readonly #all: string[] = [];
  #position = 0;
  #unfinished = "";

  constructor(private readonly capacity = 50) {}

  /** All queries, oldest first. */
  get past(): readonly string[] {
    return [...this.#all];
  }

  /** Place of the query that stands in the box; null when it is none of them. */
  get place(): number | null {
    return this.#position < this.#all.length ? this.#position : null;
  }

  /** Adds a query; a repeated one moves to the end, and empty ones are ignored. */
  push(query: string): void {
    const text = query.trim();
    if (text === "") return;
    const known = this.#all.indexOf(text);
    if (known >= 0) this.#all.splice(known, 1);
    this.#all.push(text);
    if (this.#all.length > this.capacity) this.#all.shift();
    this.#position = this.#all.length;
  }

  /** Returns the previous query, or undefined at the oldest. `current` is the text of the box. */
  older(current: string): string | undefined {
    if (this.#position === this.#all.length) this.#unfinished = current;
    while (this.#position > 0) {
      this.#position -= 1;
      const query = this.#all[this.#position];
      if (query !== current.trim()) return query;
    }
    return undefined;
  }

  /** Returns the next query; after the newest, the unfinished text. */
  newer(): string | undefined {
    if (this.#position >= this.#all.length) return undefined;
    this.#position += 1;
    return this.#all[this.#position] ?? this.#unfinished;
  }
}
