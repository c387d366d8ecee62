/** Synced traits for tests, without a kernel. */
import type { State } from "../src/kernel/types";

export class FakeModel<Traits extends object> implements State<Traits> {
  private readonly listeners = new Map<keyof Traits, Set<(value: never) => void>>();

  constructor(private readonly values: Traits) {}

  get<Name extends keyof Traits>(name: Name): Traits[Name] {
    return this.values[name];
  }

  set<Name extends keyof Traits>(name: Name, value: Traits[Name]): void {
    this.values[name] = value;
    for (const listener of this.listeners.get(name) ?? []) listener(value as never);
  }

  on<Name extends keyof Traits>(
    name: Name,
    listener: (value: Traits[Name]) => void,
    signal: AbortSignal,
  ): void {
    const known = this.listeners.get(name) ?? new Set();
    known.add(listener);
    this.listeners.set(name, known);
    signal.addEventListener("abort", () => known.delete(listener));
  }
}
