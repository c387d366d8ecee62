/** Neurons of a layer as a page keeps them: all with the page, or in parts that are loaded as they are looked at. */
import type { Card, DetailResult, NeuronLabel } from "../generated/protocol";
import type { At, Columns, KeptCards, KeptLayer } from "./kept";

export class Neurons {
  readonly signed: boolean;
  readonly n: number;
  /** Columns of cards that were read, by their place. */
  readonly #cards = new Map<number, KeptCards>();

  constructor(
    private readonly kept: KeptLayer,
    private readonly columns: Columns,
  ) {
    this.signed = kept.signed;
    this.n = kept.parts?.n ?? kept.details.length;
  }

  cards(components: number[]): Card[] {
    if (this.kept.parts === undefined) return components.map((component) => this.detail(component).card);
    return this.#pick(components, ({ cards }) => cards);
  }

  labels(components: number[]): NeuronLabel[] {
    if (this.kept.parts === undefined)
      return components.map((component) => this.kept.names?.labels[component] as NeuronLabel);
    return this.#pick(components, ({ labels }) => labels ?? []);
  }

  detail(component: number): DetailResult {
    const { parts, details } = this.kept;
    if (parts === undefined) return details[component] as DetailResult;
    const [, size] = parts.sizes;
    const part = this.#read<DetailResult[]>(parts.details[Math.floor(component / size)] as At);
    return part[component % size] as DetailResult;
  }

  /** Returns a score or a statistic of every neuron; NaN where it is unknown. */
  values(of: string): ArrayLike<number> {
    const { parts, details } = this.kept;
    if (of === "component") return Float64Array.from({ length: this.n }, (_, component) => component);
    if (parts !== undefined) {
      const at = parts.measures[of];
      return at === undefined ? new Float32Array(this.n).fill(Number.NaN) : this.columns.floats(at);
    }
    return details.map(({ card }) => (card as unknown as Record<string, number | null>)[of] ?? Number.NaN);
  }

  /** Returns the rows of examples, given as component and rank: of crops, or of samples where they are whole images. */
  exampleRows(examples: number[][]): { rows: number[]; areCrops: boolean } {
    const { parts, crops, details } = this.kept;
    if (parts !== undefined) {
      const components = examples.map(([component = -1]) => component);
      const own = this.#pick(components, (part) => part.crops ?? part.cards.map(({ samples }) => samples));
      const rows = examples.map(([, rank = -1], place) => own[place]?.[rank] ?? -1);
      const areCrops = [...this.#cards.values()].some((part) => part.crops !== null);
      return { rows, areCrops };
    }
    const rows = examples.map(([component = -1, rank = -1]) =>
      crops === null ? details[component]?.card.samples[rank] : crops.rows[component * crops.k + rank],
    );
    return { rows: rows.map((row) => row ?? -1), areCrops: crops !== null };
  }

  #pick<Item>(components: number[], from: (part: KeptCards) => Item[]): Item[] {
    const { cards, sizes } = this.kept.parts as NonNullable<KeptLayer["parts"]>;
    const places = components.map((component) => Math.floor(component / sizes[0]));
    const unread = [...new Set(places)].filter((place) => !this.#cards.has(place));
    this.columns.need(unread.map((place) => cards[place] as At));
    for (const place of unread) this.#cards.set(place, this.#read(cards[place] as At));
    return components.map((component, index) => {
      const part = this.#cards.get(places[index] as number) as KeptCards;
      return from(part)[component % sizes[0]] as Item;
    });
  }

  #read<Value>(at: At): Value {
    return JSON.parse(new TextDecoder().decode(this.columns.view(at)));
  }
}
