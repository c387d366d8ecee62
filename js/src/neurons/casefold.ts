/** Comparison of texts whatever their case, as Python's `str.casefold`: "Straße" equals "STRASSE". */
import { FOLDINGS } from "../generated/constants";

const FOLDED: ReadonlyMap<string, string> = new Map(FOLDINGS.split(" ").flatMap(unfolded));

/** Returns the letters of an entry with their foldings: one letter, or "first-last" with the folding of the first. */
function unfolded(entry: string): [string, string][] {
  const [letter = "", dash, last = "", to = "", ...rest] = entry;
  if (dash !== "-") return [[letter, entry.slice(letter.length)]];
  const at = (text: string) => text.codePointAt(0) ?? 0;
  return Array.from({ length: at(last) - at(letter) + 1 }, (_, i) => [
    String.fromCodePoint(at(letter) + i),
    [String.fromCodePoint(at(to) + i), ...rest].join(""),
  ]);
}

/** Folds letter by letter: the lower case of a whole text depends on where its sigmas are. */
export function casefold(text: string): string {
  return Array.from(text, (letter) => FOLDED.get(letter) ?? letter.toUpperCase().toLowerCase()).join("");
}
