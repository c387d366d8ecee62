/**
 * Order of the cards. A change of layer, query or sort requests a ranking; until it arrives, the previous one stays, and
 * until the first one, the cards are in number order.
 */

import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { RankParams } from "../../generated/protocol";
import type { NeuronGalleryTraits } from "../../generated/traits";
import type { Narrowing } from "../../kernel/link";
import { messageOf } from "../../ui/state/failures";
import { LatestRequest } from "../../ui/state/latest_request";
import { type Around, latest, whileAlive } from "../../ui/state/synced";
import { among, decodeRanking, type Ranking, restricted, sorted, unordered } from "./ranking";
import { awaitedOrder } from "./words";

export type SortedBy = (answer: Ranking) => ArrayLike<number>;

interface OrderOptions extends Around<NeuronGalleryTraits> {
  /** What the legend of a map lets through; null for everything. */
  narrowing: ReadonlySignal<Narrowing | null>;
  /** Gives values by component to sort the cards by; null for the order of the ranking. */
  sortedBy: ReadonlySignal<SortedBy | null>;
  /** Called in the same step in which a ranking replaces the previous one. */
  onChange: (fresh: Ranking, before: Ranking | null) => void;
}

export class Order {
  /** The ranking of all neurons of the layer. */
  readonly answer: Signal<Ranking | null> = signal(null);
  /** The ranking of the shown neurons. */
  readonly ranking: ReadonlySignal<Ranking | null>;
  /** Error about the query as typed; shown next to the box and not in a banner. */
  readonly queryError: Signal<string | null> = signal(null);
  readonly #latest = new LatestRequest(true);
  /** True while a ranking is pending; the shown one is then the previous one. */
  readonly waiting = this.#latest.waiting;
  readonly progress = this.#latest.progress;

  constructor(private readonly options: OrderOptions) {
    const { layer, query, query_image, sort, descending, revision, components } = options.traits.signals;
    this.ranking = computed(() => {
      const answer = this.answer.value;
      if (answer === null) return null;
      const chosen = among(answer, components.value);
      const shows = options.narrowing.value?.shows;
      const { layer } = answer;
      const shown =
        shows === undefined ? chosen : restricted(chosen, (component) => shows({ layer, component }));
      const valuesOf = options.sortedBy.value;
      return valuesOf === null ? shown : sorted(shown, valuesOf(answer), descending.value);
    });
    const soon = latest();
    whileAlive(options.lifetime, () => {
      for (const trait of [layer, query, query_image, sort, descending, revision]) void trait.value;
      soon(() => void this.rank());
    });
  }

  /** Requests the ranking for the current traits. */
  async rank(): Promise<void> {
    const { kernel, lifetime: signal } = this.options;
    const params = this.#wanted();
    if (params.layer === "") return this.#latest.drop();
    this.#showUnordered(params);
    await this.#latest.make({
      request: (onProgress) => kernel.request("rank", params, { slot: "rank", signal, onProgress }),
      onAnswer: (reply) => this.#show(decodeRanking(reply, params.layer, params.query)),
      onFailure: (error) => this.#fail(error, params.query !== "" || params.query_image !== ""),
    });
  }

  #wanted(): RankParams {
    const { layer, query, query_image, sort, descending } = this.options.traits.signals;
    return {
      layer: layer.peek(),
      query: query.peek(),
      query_image: query_image.peek(),
      sort: sort.peek(),
      descending: descending.peek(),
    };
  }

  #showUnordered(params: RankParams): void {
    if (this.answer.peek()?.awaited === "") return;
    const { layers, components } = this.options.traits.signals;
    const layer = layers.peek().find(({ name }) => name === params.layer);
    const signed = components.peek().some((name) => name.endsWith("-"));
    if (layer !== undefined) this.#show(unordered(layer, params, awaitedOrder(params), signed));
  }

  #show(fresh: Ranking): void {
    batch(() => {
      this.options.onChange(fresh, this.answer.peek());
      this.answer.value = fresh;
      this.queryError.value = null;
    });
  }

  #fail(error: unknown, hasQuery: boolean): void {
    const { failures } = this.options;
    if (failures.isNoNews(error)) return;
    if (this.answer.peek()?.awaited) this.answer.value = null;
    if (hasQuery) this.queryError.value = messageOf(error);
    else failures.report("The neurons could not be ranked", error, () => void this.rank());
  }
}
