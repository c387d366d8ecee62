/** Texts of a comparison map. */
import type { Match } from "../../comparisons/matches";
import { nameOf, type Points, pointOf } from "../../concept_map/points/points";
import { KEYS as MAP_KEYS } from "../../concept_map/state/words";
import { percent, significant } from "../../ui/format";

export const PLACEHOLDER = "Ask all sides: bird, wheel - car";

/** In the order of the menu. */
export const ENCODINGS = [
  "side",
  "match",
  "alignment",
  "cluster",
  "clarity",
  "polysemanticity",
  "redundancy",
] as const;

/** Keys of a concept map, but for the query of neurons like one, and those of matches and of a series. */
export const KEYS = [
  ...MAP_KEYS.filter(([key]) => key !== "M"),
  ["U", "The next neuron without a match"],
  ["[ ]", "One step back or on"],
  ["P", "Plays a series"],
] as const;

/** Returns, for example, "nearest after:12, similarity 0.82: a match" or "no match". */
export function matchText(points: Points, partner: Match | null): string {
  if (partner === null) return "match not known";
  const other = pointOf(points, partner.neuron);
  const name = other === null ? "" : ` ${nameOf(points, other)}`;
  return `nearest${name}, similarity ${significant(partner.similarity)}: ${verdictText(partner)}`;
}

/** Returns, for example, "match, mutual" or "no match: so do 60 % of random draws". */
export function verdictText({ chance, mutual }: Match): string {
  if (chance === null) return "not known yet";
  if (chance.isMatched) return mutual ? "match, mutual" : "match";
  return `no match: so do ${percent(1 - chance.percentile)} of random draws`;
}
