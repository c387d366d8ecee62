/**
 * Hover: rings the nearest point at once, shows its card when the pointer rests, and allows time to reach
 * the card before it closes.
 */
import { type Signal, signal } from "@preact/signals";

export const CARD_AFTER_MS = 125;
export const GRACE_MS = 260;

export class Hover {
  /** The ringed point. */
  readonly point: Signal<number | null> = signal(null);
  /** The point whose card is shown. */
  readonly card: Signal<number | null> = signal(null);
  /** True when the card stays until it is closed. */
  readonly pinned = signal(false);
  #opening: ReturnType<typeof setTimeout> | undefined;
  #closing: ReturnType<typeof setTimeout> | undefined;

  constructor(lifetime: AbortSignal) {
    lifetime.addEventListener("abort", () => this.#stop());
  }

  /** Handles the pointer over a point, or over none. */
  over(point: number | null): void {
    if (point === this.point.peek()) return;
    this.point.value = point;
    clearTimeout(this.#opening);
    this.#opening = undefined;
    if (this.pinned.peek()) return;
    if (point !== null && point === this.card.peek()) {
      this.#stop();
      return;
    }
    if (point !== null) this.#opening = setTimeout(() => this.#open(point), CARD_AFTER_MS);
    if (this.card.peek() !== null) this.#closeSoon();
  }

  /** Handles the pointer reaching the card: card and ring stay. */
  enterCard(): void {
    this.#stop();
    this.point.value = this.card.peek();
  }

  leaveCard(): void {
    if (!this.pinned.peek()) this.#closeSoon();
  }

  /** Shows the card of a point until it is closed. */
  pin(point: number): void {
    this.#open(point);
    this.point.value = point;
    this.pinned.value = true;
  }

  close(): void {
    this.#stop();
    this.card.value = null;
    this.point.value = null;
    this.pinned.value = false;
  }

  #open(point: number): void {
    this.#stop();
    this.card.value = point;
  }

  #closeSoon(): void {
    clearTimeout(this.#closing);
    this.#closing = setTimeout(() => {
      if (this.point.peek() === this.card.peek()) this.point.value = null;
      this.card.value = null;
    }, GRACE_MS);
  }

  #stop(): void {
    clearTimeout(this.#opening);
    clearTimeout(this.#closing);
    this.#opening = undefined;
    this.#closing = undefined;
  }
}
