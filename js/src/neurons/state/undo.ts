/** One step back to the values of a view before the user's last change of them; the next step goes forth again. */
import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { whileAlive } from "../../ui/state/synced";

interface Watched {
  read: () => unknown;
  write: (value: never) => void;
  /** Tells a change that followed from another one: it is no step of its own. */
  isReset?: (value: unknown) => boolean;
}

interface UndoOptions {
  /** Values that one step takes back together. */
  watched: readonly Watched[];
  /** True while the user is in the middle of a change, which is one step. */
  isChanging: ReadonlySignal<boolean>;
  lifetime: AbortSignal;
}

export class Undo {
  /** Values before the last change; null without any. */
  readonly #before: Signal<readonly unknown[] | null> = signal(null);
  #now: readonly unknown[];
  #isOpen = false;

  constructor(private readonly options: UndoOptions) {
    this.#now = this.#read();
    whileAlive(options.lifetime, () => this.#notice(this.#read(), options.isChanging.value));
  }

  get can(): boolean {
    return this.#before.value !== null;
  }

  back(): void {
    const before = this.#before.peek();
    if (before === null) return;
    batch(() => {
      this.options.watched.forEach(({ write }, place) => {
        write(before[place] as never);
      });
    });
  }

  #read(): unknown[] {
    return this.options.watched.map(({ read }) => read());
  }

  #notice(values: readonly unknown[], isChanging: boolean): void {
    const now = this.#now;
    this.#now = values;
    const changed = this.options.watched.filter(
      ({ isReset }, place) => values[place] !== now[place] && isReset?.(values[place]) !== true,
    );
    if (changed.length > 0 && !this.#isOpen) this.#before.value = now;
    this.#isOpen = isChanging && (this.#isOpen || changed.length > 0);
  }
}

/** Returns the traits of a view as values to watch. */
export function watchedTraits<Name extends string>(
  traits: { signals: Record<Name, Signal<unknown>>; write: (name: Name, value: never) => void },
  names: readonly Name[],
): Watched[] {
  return names.map((name) => ({
    read: () => traits.signals[name].value,
    write: (value) => traits.write(name, value),
  }));
}
