/** Ranking of a layer's components, decoded from one answer of the kernel. */
import type { RankParams, RankResult } from "../../generated/protocol";
import type { LayerInfo } from "../../generated/traits";
import { bytes } from "../../kernel/columns";
import type { Reply } from "../../kernel/types";
import { componentName, componentNamed } from "../../neurons/component_name";

export interface Ranking extends RankResult {
  layer: string;
  /** Number of neurons in the layer; `n` of them are shown. */
  of: number;
  /** The query that it belongs to. */
  query: string;
  /** Order that these components still wait for, as "alignment with “car”"; "" once they are in it. */
  awaited: string;
  /** Component by place. */
  order: Uint32Array;
  /** By place; empty without a query. */
  alignment: Float32Array;
  nullPercentile: Float32Array;
  zScore: Float32Array;
  nullZScore: Float32Array;
}

/** Match of one card with the query; null without a query. */
export interface Match {
  alignment: number;
  /** Share of unrelated words with a lower alignment; NaN where the query is not calibrated. */
  nullPercentile: number;
  /** Standard deviations above the mean of the layer's neurons. */
  zScore: number;
  /** Standard deviations above the neuron's alignment with unrelated words; NaN where the query is not calibrated. */
  nullZScore: number;
}

export function decodeRanking(reply: Reply<RankResult>, layer: string, query: string): Ranking {
  const [order, alignment, nullPercentile, zScore, nullZScore] = reply.buffers;
  return {
    ...reply.result,
    layer,
    of: reply.result.n,
    query,
    awaited: "",
    order: new Uint32Array(bytes(order)),
    alignment: new Float32Array(bytes(alignment)),
    nullPercentile: new Float32Array(bytes(nullPercentile)),
    zScore: new Float32Array(bytes(zScore)),
    nullZScore: new Float32Array(bytes(nullZScore)),
  };
}

/** Lists a layer in number order, until its first ranking arrives. */
export function unordered(layer: LayerInfo, params: RankParams, awaited: string, signed: boolean): Ranking {
  const { name, n_components: n } = layer;
  const { query, query_image } = params;
  const nothing = new Float32Array();
  return {
    ...{ layer: name, query, has_query: query !== "" || query_image !== "", signed, n, of: n },
    ...{ awaited, order: Uint32Array.from({ length: n }, (_, place) => place) },
    ...{ alignment: nothing, nullPercentile: nothing, zScore: nothing, nullZScore: nothing },
    ...{ min: null, max: null, weak: false, strength: null, caveat: "" },
  };
}

/** Restricts a ranking to the named components; all when none is named. */
export function among(ranking: Ranking, names: readonly string[]): Ranking {
  if (names.length === 0) return ranking;
  const wanted = new Set(
    names.map((name) => componentNamed(name, ranking.layer, ranking.of, ranking.signed)),
  );
  return restricted(ranking, (component) => wanted.has(component));
}

/** Restricts a ranking to the components that are accepted. */
export function restricted(ranking: Ranking, accepts: (component: number) => boolean): Ranking {
  return picked(
    ranking,
    [...ranking.order.keys()].filter((place) => accepts(ranking.order[place] ?? -1)),
  );
}

/** Sorts a ranking by values of the components; equal ones keep their order, NaN is last either way. */
export function sorted(ranking: Ranking, values: ArrayLike<number>, descending: boolean): Ranking {
  const key = (place: number) => {
    const value = values[ranking.order[place] ?? -1] ?? Number.NaN;
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : descending ? -value : value;
  };
  const keys = [...ranking.order.keys()].map(key);
  // Infinity less infinity is no number, which counts as equal.
  return picked(
    ranking,
    [...keys.keys()].sort((a, b) => (keys[a] as number) - (keys[b] as number) || 0),
  );
}

/** The cards at these places, in their order. */
function picked(ranking: Ranking, places: readonly number[]): Ranking {
  const kept = (column: Float32Array) =>
    column.length === 0 ? column : Float32Array.from(places, (place) => column[place] ?? Number.NaN);
  return {
    ...ranking,
    n: places.length,
    order: Uint32Array.from(places, (place) => ranking.order[place] ?? 0),
    alignment: kept(ranking.alignment),
    nullPercentile: kept(ranking.nullPercentile),
    zScore: kept(ranking.zScore),
    nullZScore: kept(ranking.nullZScore),
  };
}

export function matchAt(ranking: Ranking, place: number): Match | null {
  const alignment = ranking.alignment[place];
  if (alignment === undefined) return null;
  return {
    alignment,
    nullPercentile: ranking.nullPercentile[place] ?? Number.NaN,
    zScore: ranking.zScore[place] ?? Number.NaN,
    nullZScore: ranking.nullZScore[place] ?? Number.NaN,
  };
}

/** The strength of a match in standard deviations: above unrelated words, or above the layer's neurons for an image. */
export function strengthOf({ nullZScore, zScore }: Pick<Match, "nullZScore" | "zScore">): number {
  return Number.isNaN(nullZScore) ? zScore : nullZScore;
}

export function nameIn({ layer, of, signed }: Ranking, component: number): string {
  return componentName(layer, component, of, signed);
}

/** Returns the component with the highest alignment or strength, in any order; undefined without a query. */
export function bestMatch(
  ranking: Ranking,
  by: (match: Match) => number = ({ alignment }) => alignment,
): (Match & { component: number }) | undefined {
  let best: (Match & { component: number }) | undefined;
  ranking.order.forEach((component, place) => {
    const match = matchAt(ranking, place);
    if (match === null || Number.isNaN(by(match)) || (best !== undefined && by(match) <= by(best))) return;
    best = { component, ...match };
  });
  return best;
}

/** The strength of every component. */
export function strengths(ranking: Ranking): Float32Array {
  const values = new Float32Array(ranking.of).fill(Number.NaN);
  ranking.order.forEach((component, place) => {
    const match = matchAt(ranking, place);
    if (match !== null) values[component] = strengthOf(match);
  });
  return values;
}
