/** History of queries, browsed with the up and down arrows as in a shell; unfinished text is kept at the end. */
export class QueryHistory {
  private readonly past: string[] = [];
  private position = 0;
  private unfinished = "";

  constructor(private readonly capacity = 50) {}

  /** Adds a query; a repeated one moves to the end, and empty ones are ignored. */
  push(query: string): void {
    const text = query.trim();
    if (text === "") return;
    const known = this.past.indexOf(text);
    if (known >= 0) this.past.splice(known, 1);
    this.past.push(text);
    if (this.past.length > this.capacity) this.past.shift();
    this.position = this.past.length;
  }

  /** Returns the previous query, or undefined at the oldest. `current` is the text of the box. */
  older(current: string): string | undefined {
    if (this.position === this.past.length) this.unfinished = current;
    while (this.position > 0) {
      this.position -= 1;
      const query = this.past[this.position];
      if (query !== current.trim()) return query;
    }
    return undefined;
  }

  /** Returns the next query; after the newest, the unfinished text. */
  newer(): string | undefined {
    if (this.position >= this.past.length) return undefined;
    this.position += 1;
    return this.past[this.position] ?? this.unfinished;
  }
}
