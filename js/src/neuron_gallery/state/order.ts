/**
 * Order of the cards. A change of layer, query or sort requests a ranking; until it arrives, the previous one stays.
 */

import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { NeuronGalleryTraits } from "../../generated/traits";
import type { Kernel, Progress } from "../../kernel/types";
import { type Failures, messageOf } from "../../ui/failures/failures";
import { type SignalsOf, whileAlive } from "../../ui/synced";
import { among, decodeRanking, type Ranking } from "./ranking";

interface OrderOptions {
  kernel: Kernel;
  traits: SignalsOf<NeuronGalleryTraits>;
  failures: Failures;
  lifetime: AbortSignal;
  /** Called in the same step in which a ranking replaces the previous one. */
  onChange: (fresh: Ranking, before: Ranking | null) => void;
}

export class Order {
  /** The ranking of all neurons of the layer. */
  readonly answer: Signal<Ranking | null> = signal(null);
  /** The ranking of the shown neurons. */
  readonly ranking: ReadonlySignal<Ranking | null>;
  /** True while a ranking is pending; the shown one is then the previous one. */
  readonly waiting = signal(true);
  readonly progress: Signal<Progress | null> = signal(null);
  /** Error about the query as typed; shown next to the box and not in a banner. */
  readonly queryError: Signal<string | null> = signal(null);
  private asked = 0;

  constructor(private readonly options: OrderOptions) {
    const { traits, lifetime } = options;
    this.ranking = computed(() => {
      const answer = this.answer.value;
      return answer === null ? null : among(answer, traits.components.value);
    });
    whileAlive(lifetime, () => this.rankWhenTraitsChange());
  }

  /** Requests the ranking for the current traits. */
  async rank(): Promise<void> {
    const asked = ++this.asked;
    const isLatest = () => asked === this.asked;
    const { kernel, lifetime } = this.options;
    const params = this.wanted();
    if (params.layer === "") return this.settle();
    this.waiting.value = true;
    const onProgress = (progress: Progress) => {
      if (isLatest()) this.progress.value = progress;
    };
    try {
      const options = { slot: "rank", signal: lifetime, onProgress };
      const reply = await kernel.request("rank", params, options);
      if (isLatest()) this.show(decodeRanking(reply, params.layer, params.query));
    } catch (error) {
      if (isLatest()) this.fail(error, params.query !== "" || params.query_image !== "");
    } finally {
      if (isLatest()) this.settle();
    }
  }

  private rankWhenTraitsChange(): void {
    const { layer, query, query_image, sort, descending, revision } = this.options.traits;
    for (const trait of [layer, query, query_image, sort, descending, revision]) void trait.value;
    // Several traits often change together, and Python's arrive one by one: request once, after all of them.
    const asked = ++this.asked;
    queueMicrotask(() => {
      if (asked === this.asked) void this.rank();
    });
  }

  private wanted() {
    const { layer, query, query_image, sort, descending } = this.options.traits;
    return {
      layer: layer.peek(),
      query: query.peek(),
      query_image: query_image.peek(),
      sort: sort.peek(),
      descending: descending.peek(),
    };
  }

  private show(fresh: Ranking): void {
    batch(() => {
      this.options.onChange(fresh, this.answer.peek());
      this.answer.value = fresh;
      this.queryError.value = null;
    });
  }

  private fail(error: unknown, hasQuery: boolean): void {
    const { failures } = this.options;
    if (failures.isNoNews(error)) return;
    if (hasQuery) this.queryError.value = messageOf(error);
    else failures.report("The neurons could not be ranked", error, () => void this.rank());
  }

  private settle(): void {
    this.waiting.value = false;
    this.progress.value = null;
  }
}
