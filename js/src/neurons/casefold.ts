/** Comparison of texts whatever their case, as Python's `str.casefold`: "Straße" equals "STRASSE". */
import { FOLDINGS } from "../generated/constants";

const FOLDED: ReadonlyMap<string, string> = new Map(
  FOLDINGS.split(" ").map((entry) => {
    const [letter = "", ...folding] = entry;
    return [letter, folding.join("")];
  }),
);

/** Folds letter by letter: the lower case of a whole text depends on where its sigmas are. */
export function casefold(text: string): string {
  return Array.from(text, (letter) => FOLDED.get(letter) ?? letter.toLowerCase()).join("");
}
