/** The traits as signals: whoever changes one, the browser or a cell, both see it. */
import { type Signal, signal } from "@preact/signals";
import type { State } from "../kernel/types";

export type SignalsOf<Traits extends object> = { readonly [Name in keyof Traits]: Signal<Traits[Name]> };

export class Synced<Traits extends object> {
  /** Each is made when it is first read, so that no list of a widget's traits is needed. */
  readonly signals: SignalsOf<Traits>;

  constructor(
    private readonly model: State<Traits>,
    lifetime: AbortSignal,
  ) {
    const made = new Map<string | symbol, Signal<never>>();
    this.signals = new Proxy({} as SignalsOf<Traits>, {
      get(_, name) {
        const known = made.get(name) ?? follow<Traits, never>(model, name as never, lifetime);
        made.set(name, known);
        return known;
      },
    });
  }

  /** Changes a trait on both sides; the same value again is no change. */
  write<Name extends keyof Traits>(name: Name, value: Traits[Name]): void {
    const known: Signal<Traits[Name]> = this.signals[name];
    if (same(known.peek(), value)) return;
    known.value = value;
    this.model.set(name, value);
  }
}

function follow<Traits extends object, Name extends keyof Traits>(
  model: State<Traits>,
  name: Name,
  lifetime: AbortSignal,
): Signal<Traits[Name]> {
  const known = signal(model.get(name));
  model.on(
    name,
    (fresh) => {
      if (!same(known.peek(), fresh)) known.value = fresh;
    },
    lifetime,
  );
  return known;
}

/** Lists arrive as new objects with the old contents; telling everybody would ask the kernel again for nothing. */
function same(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
}

/** Several traits often change together, and those of Python arrive one by one: runs the last of a burst, soon. */
export function latest(): (react: () => void) => void {
  let asked = 0;
  return (react) => {
    const own = ++asked;
    queueMicrotask(() => {
      if (own === asked) react();
    });
  };
}
