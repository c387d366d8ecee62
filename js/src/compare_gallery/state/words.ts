/** Texts of two galleries under one query. */
import type { Match, PairMatches } from "../../comparisons/matches";
import type { CompareGalleryTraits, LayerInfo, SideInfo } from "../../generated/traits";
import type { Neuron } from "../../kernel/link";
import { KEYS as OWN_KEYS, SORTS as OWN_SORTS } from "../../neuron_gallery/state/words";
import { componentName } from "../../neurons/component_name";
import { significant } from "../../ui/format";

export const PLACEHOLDER = "Ask all sides: bird, wheel - car";

/** Those of a gallery alone, but for what it does with one neuron. */
export const KEYS = [
  ...OWN_KEYS.filter(([key]) => !"MPC".includes(key)),
  ["X", "To the other side"] as const,
];

const { alignment: _, ...OTHER_SORTS } = OWN_SORTS;

export const SORTS: Record<CompareGalleryTraits["sort"], string> = {
  strength: "Strength",
  similarity: "Similarity",
  ...OTHER_SORTS,
};

/** Explains a side: "layer4 of resnet50, OpenCLIP". */
export function sideTitle({ layer, model, foundation_model }: SideInfo): string {
  return `${layer} of ${model}, ${foundation_model}`;
}

/** Choices of neurons by their matches, with how many there are once chance is known. */
export function showOptions(
  there: PairMatches | null,
  back: PairMatches | null,
  [earlier = "", later = ""]: string[],
) {
  const n = (pair: PairMatches | null) =>
    pair?.chance ? ` (${pair.chance.alone.toLocaleString("en")})` : "";
  return [
    { value: "all", name: "All neurons" },
    { value: "matched", name: "Matched" },
    { value: "lost", name: `Lost in ${later}${n(there)}` },
    { value: "gained", name: `Not in ${earlier}${n(back)}` },
  ];
}

export const SHOW_TITLE = [
  "Matched: the nearest on the other side is more alike than in 95 % of random draws",
  "Lost, not in: shows something and has no match; by chance 5 %",
].join("\n");

/** Name of a neuron of a side. */
export function nameOf({ layer, component }: Neuron, sides: readonly LayerInfo[], signed: boolean): string {
  const n = sides.find(({ name }) => name === layer)?.n_components ?? 0;
  return componentName(layer, component, n, signed);
}

/** Says what a similarity is worth. */
export function worth({ chance, mutual }: Match): string {
  if (chance === null) return "what chance gives is being drawn";
  // Rounded down: no number of draws is all of them.
  const parts = [`more than in ${Math.floor(100 * chance.percentile)} % of random draws`];
  if (chance.similarity !== null) parts.unshift(`by chance ${significant(chance.similarity)} on average`);
  return [...parts, ...(mutual ? ["mutual"] : [])].join(", ");
}

/** Says of a neuron what it is matched with, and what that is worth. */
export function matchTitle(name: string, match: Match | null): string {
  if (match === null) return "nothing to be compared with";
  const kind = match.chance === null ? "Nearest" : match.chance.isMatched ? "Match" : "No match, nearest";
  return `${kind}: ${name}, similarity ${significant(match.similarity)}, ${worth(match)}`;
}
