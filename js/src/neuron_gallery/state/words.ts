/** Texts of the gallery: sort orders, tooltips, messages for the live region. */
import type {
  Controls,
  LabelLayerResult,
  RankParams,
  ScoredSample,
  ServedClass,
  Sort,
} from "../../generated/protocol";
import type { VocabularyInfo } from "../../generated/traits";
import { MEASURES, type Measure } from "../../neurons/measures";
import type { ExamplesAs } from "../../neurons/pictures/example_pictures";
import { count, counted, exact, percent, significant } from "../../ui/format";
import { bestMatch, type Match, nameIn, type Ranking } from "./ranking";

export const PLACEHOLDER = "Search neurons: bird, wheel - car, #12";

export const KEYS = [
  ["/", "To the query box"],
  ["arrows", "From card to card; with a neuron open, to the next one"],
  ["Space", "Selects a card; with Shift, all up to here"],
  ["Enter", "Opens the neuron"],
  ["← → ↑ ↓", "In an opened neuron: the one before or after, and up and down its story"],
  ["M", "More neurons like this"],
  ["P", "Pins the neuron for a comparison of up to four"],
  ["C", "Compares the pinned neurons"],
  ["Z", "Takes back the last selection, filter or query"],
  ["Esc", "Closes the neuron, then clears the selection"],
] as const;

export const SORTS: Record<Sort, string> = {
  alignment: "Alignment",
  component: "Number",
  clarity: "Clarity",
  polysemanticity: "Polysemanticity",
  redundancy: "Redundancy",
  maximum: "Maximum",
  firing_rate: "Firing rate",
};

/** Names the order that cards in number order wait for; "" where that is the order. */
export function awaitedOrder({ sort, descending, query, query_image }: RankParams): string {
  if (sort === "alignment") {
    const asked = query.trim() !== "" ? `“${query}”` : query_image !== "" ? "the image" : "";
    return asked && `alignment with ${asked}`;
  }
  return sort === "component" && !descending ? "" : SORTS[sort].toLowerCase();
}

interface Way {
  way: ExamplesAs;
  name: string;
  /** Requirement of this mode on the lens. */
  needs: string;
}

/** Modes of showing examples. */
export const WAYS: readonly Way[] = [
  { way: "frame", name: "Images", needs: "" },
  { way: "crop", name: "Crops", needs: "Crops need a lens that was built with crop=True" },
  { way: "heatmap", name: "Heat maps", needs: "Heat maps need the lens's model and images" },
];

export function examplesTitle(can: (way: ExamplesAs) => boolean): string {
  return ["Examples as", ...WAYS.filter(({ way }) => !can(way)).map(({ needs }) => needs)].join("\n");
}

/** Returns the three numbers of a card, always including the one that the cards are sorted by. */
export function cardMeasures(sort: Sort): readonly Measure[] {
  const usual = MEASURES.slice(0, 3);
  const sorted = MEASURES.find(({ key }) => key === sort);
  return sorted === undefined || usual.includes(sorted) ? usual : [...usual.slice(0, 2), sorted];
}

export function alignmentTitle(match: Match): string {
  if (Number.isNaN(match.alignment)) return "It has no examples, so it cannot be compared with the query";
  const lines = [`Alignment ${exact(match.alignment)}: cosine of the neuron's embedding and the query`];
  if (!Number.isNaN(match.nullPercentile)) {
    lines.push(`Higher than ${percent(match.nullPercentile)} of unrelated words`);
  }
  if (!Number.isNaN(match.nullZScore))
    lines.push(`${significant(match.nullZScore)} standard deviations above unrelated words`);
  if (!Number.isNaN(match.zScore))
    lines.push(`z-score ${significant(match.zScore)} among the layer's neurons`);
  return lines.join("\n");
}

/** Names the cards that stay when a query has no answer: "the last answer: fruit". */
export function keptText({ has_query, query }: Ranking): string {
  return has_query ? `the last answer: ${query || "the image"}` : "all neurons, without a query";
}

/** Explains why a match is weak. */
export function weakness({ strength }: Ranking): string {
  if (strength === null) return "Unrelated words find neurons that answer as well.";
  return `${percent(1 - strength)} of unrelated words find a neuron that answers better.`;
}

/** Returns, for example, "1,280 neurons, best: bn2:12". */
export function announcement(ranking: Ranking, by?: (match: Match) => number): string {
  const neurons = counted(ranking.n, "neuron");
  const best = bestMatch(ranking, by);
  if (best === undefined) return `${neurons} of ${ranking.layer}`;
  const weak = ranking.caveat !== "" ? `; ${ranking.caveat}` : ranking.weak ? ", weak match" : "";
  return `${neurons}, best: ${nameIn(ranking, best.component)}${weak}`;
}

export function labellingTitle(
  { name, n_texts }: VocabularyInfo,
  { n, clear_above }: LabelLayerResult,
): string {
  return [
    `Labels of ${counted(n, "neuron")}, chosen from ${name} (${counted(n_texts, "text")})`,
    `clear: ${exact(clear_above)} standard deviations or more above unrelated words,`,
    "and clearer than 95 % of random groups of photos",
  ].join("\n");
}

export function exampleTitle(rank: number, score: number | null, label: string | null, name: string): string {
  const parts = [`Example ${count(rank + 1)}`, label ?? "no label", `score ${exact(score)}`, name];
  return parts.join("\n");
}

/** Texts for samples beside the examples. */
export interface OtherWords {
  heading: string;
  /** Tooltip of the heading. */
  about: string;
  /** Text in place of an unknown score. */
  scoreless: string;
}

export const LOOK_ALIKES: OtherWords = {
  heading: "Look-alikes that do not fire",
  about: "Similar to an example, but scored below the neuron's mean",
  scoreless: "does not fire",
};

const RANDOM: OtherWords = {
  heading: "Random images",
  about: "Drawn at random from the images that the lens keeps",
  scoreless: "score not known",
};

export function controlWords({ quantile }: Controls): OtherWords {
  if (quantile === null) return RANDOM;
  const place = quantile === 0.5 ? "median" : `${Math.round(100 * quantile)}th percentile`;
  const about = `About ${percent(quantile)} of the attributed images score lower than these`;
  return { ...RANDOM, heading: `Around its ${place}`, about };
}

export function otherTitle(about: string, { label, name, score }: ScoredSample): string {
  const parts = [about, label ?? "no label", name];
  return (score === null ? parts : [...parts, `score ${exact(score)}`]).join("\n");
}

export function servedTitle({ name, relevance, share, n_samples }: ServedClass): string {
  const most = `${percent(share)} of the positive relevance for ${name}`;
  return `${most}\nMean relevance ${exact(relevance)} over ${counted(n_samples, "sample")}`;
}
