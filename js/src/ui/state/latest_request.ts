/** Requests of one kind of which only the latest counts: what an earlier one brings is dropped. */
import { type Signal, signal } from "@preact/signals";
import type { Progress } from "../../kernel/types";

interface Attempt<Answer> {
  request: (onProgress: (progress: Progress) => void) => Promise<Answer>;
  onAnswer: (answer: Answer) => void;
  onFailure: (error: unknown) => void;
}

export class LatestRequest {
  readonly waiting: Signal<boolean>;
  readonly progress: Signal<Progress | null> = signal(null);
  #begun = 0;

  /** `waiting` is true from the start where a first request follows at once. */
  constructor(waiting = false) {
    this.waiting = signal(waiting);
  }

  async make<Answer>({ request, onAnswer, onFailure }: Attempt<Answer>): Promise<void> {
    const own = ++this.#begun;
    const isLatest = () => own === this.#begun;
    this.waiting.value = true;
    try {
      const answer = await request((progress) => {
        if (isLatest()) this.progress.value = progress;
      });
      if (isLatest()) onAnswer(answer);
    } catch (error) {
      if (isLatest()) onFailure(error);
    } finally {
      if (isLatest()) this.drop();
    }
  }

  /** Drops the pending request; nothing is waited for. */
  drop(): void {
    this.#begun += 1;
    this.waiting.value = false;
    this.progress.value = null;
  }
}
