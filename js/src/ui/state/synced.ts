/** Traits and the kernel's status as signals, and reactions to them; a change by the browser or by a cell reaches both. */
import { effect, type Signal, signal } from "@preact/signals";
import type { Kernel, KernelStatus, State } from "../../kernel/types";
import type { Failures } from "./failures";

export type SignalsOf<Traits extends object> = { readonly [Name in keyof Traits]: Signal<Traits[Name]> };

export class Synced<Traits extends object> {
  /** Each signal is made when it is first read, so that no list of a widget's traits is needed. */
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

  /** Sets a trait on both sides; an equal value changes nothing. */
  write<Name extends keyof Traits>(name: Name, value: Traits[Name]): void {
    const known: Signal<Traits[Name]> = this.signals[name];
    if (same(known.peek(), value)) return;
    known.value = value;
    this.model.set(name, value);
  }
}

/** Surroundings that the parts of a widget's state share. */
export interface Around<Traits extends object> {
  kernel: Kernel;
  traits: Synced<Traits>;
  failures: Failures;
  lifetime: AbortSignal;
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

/** Compares by contents: lists arrive as new objects, and a needless change would repeat requests. */
function same(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
}

/** Runs only the last of a burst of reactions: traits often change together, and Python's arrive one by one. */
export function latest(): (react: () => void) => void {
  let asked = 0;
  return (react) => {
    const own = ++asked;
    queueMicrotask(() => {
      if (own === asked) react();
    });
  };
}

/** Runs the reactions now and whenever a signal that they read changes, until `lifetime` aborts. */
export function whileAlive(lifetime: AbortSignal, ...reactions: (() => void)[]): void {
  for (const reaction of reactions) lifetime.addEventListener("abort", effect(reaction));
}

/** The status of the kernel as a signal. */
export function statusOf(kernel: Kernel, lifetime: AbortSignal): Signal<KernelStatus> {
  const status = signal(kernel.status);
  kernel.onStatus((fresh) => {
    status.value = fresh;
  }, lifetime);
  return status;
}
