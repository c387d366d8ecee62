/** Texts of two galleries under one query. */
import type { Match, PairMatches } from "../../comparisons/matches";
import type { CompareGalleryTraits, LayerInfo, SideInfo } from "../../generated/traits";
import type { Neuron } from "../../kernel/link";
import { SORTS as OWN_SORTS } from "../../neuron_gallery/state/words";
import { componentName } from "../../neurons/component_name";
import { counted, significant } from "../../ui/format";

export const PLACEHOLDER = "Search both sides: bird, wheel - car";

export const KEYS = [
  ["/", "To the query box"],
  ["arrows", "From card to card; the match on the other side follows"],
  ["X", "To the other side"],
  ["Space", "Selects a card; with Shift, all up to here"],
  ["Enter", "Opens the neuron beside its match"],
  ["← →", "With a neuron open: the one before or after"],
  ["Z", "Takes back the last selection, filter or query"],
  ["Esc", "Closes the neurons, then clears the selection"],
] as const;

const { alignment: _, ...OTHER_SORTS } = OWN_SORTS;

export const SORTS: Record<CompareGalleryTraits["sort"], string> = {
  strength: "Strength",
  similarity: "Similarity",
  ...OTHER_SORTS,
};

/** Explains on which side a neuron is shown: "layer4 of resnet50, 2,048 neurons, seen by OpenCLIP". */
export function sideTitle({ layer, model, foundation_model, n_components }: SideInfo): string {
  return `${layer} of ${model}, ${counted(n_components, "neuron")}, embedded by ${foundation_model}`;
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
  return [...parts, ...(mutual ? ["each is the nearest of the other"] : [])].join(", ");
}

/** Says of a neuron what it is matched with, and what that is worth. */
export function matchTitle(name: string, match: Match | null): string {
  if (match === null) return "It has no examples, or nothing to be compared with";
  const similarity = `similarity ${significant(match.similarity)}`;
  if (match.chance === null) return `Nearest: ${name}, ${similarity}; ${worth(match)}`;
  if (match.chance.isMatched) return `Match: ${name}, ${similarity}; ${worth(match)}`;
  return `No match: the nearest is ${name}, ${similarity}; ${worth(match)}, and a match is above 95 %`;
}
