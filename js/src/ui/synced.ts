/** The traits as signals: whoever changes one, the browser or a cell, both see it. */
import { type Signal, signal } from "@preact/signals";
import type { State } from "../kernel/types";

export type SignalsOf<Traits extends object> = { readonly [Name in keyof Traits]: Signal<Traits[Name]> };
/** Every name of a trait, as a value: types are gone when the code runs. */
export type NamesOf<Traits extends object> = { readonly [Name in keyof Traits]: true };

export class Synced<Traits extends object> {
  readonly signals: SignalsOf<Traits>;

  constructor(
    private readonly model: State<Traits>,
    names: NamesOf<Traits>,
    lifetime: AbortSignal,
  ) {
    const entries = (Object.keys(names) as (keyof Traits)[]).map(
      (name) => [name, follow(model, name, lifetime)] as const,
    );
    // One entry for each trait, made from the trait of its name: what the type says and fromEntries cannot know.
    this.signals = Object.fromEntries(entries) as unknown as SignalsOf<Traits>;
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
