/** Term of a query that is being typed, the last one, and the query with a word in its place. */
import { isInQuotes } from "./half_typed";

const SIGN = /(?:^|\s)(?:[-+]\s*(?=[^\s\d]|$)|not\s+)/giu;
const NEURON = /^(?:more\s+)?like\b|[#:]/iu;
/** A word with signs of its own is a phrase only in quotation marks. */
const SIGNED = /(?:^|\s)(?:[-+]|not(?=\s|$))/iu;

interface LastTerm {
  /** The query up to the term. */
  before: string;
  /** Empty where a neuron or nothing is being typed. */
  term: string;
}

export function lastTerm(query: string): LastTerm {
  if (isInQuotes(query)) return split(query, query.lastIndexOf('"') + 1);
  const signs = [...query.matchAll(SIGN)];
  const last = signs.at(-1);
  const found = split(query, last === undefined ? 0 : last.index + last[0].length);
  return NEURON.test(found.term) || found.term.includes('"') ? { before: query, term: "" } : found;
}

export function completed(query: string, word: string): string {
  const { before } = lastTerm(query);
  if (before.endsWith('"')) return `${before}${word}"`;
  return before + (SIGNED.test(word) ? `"${word}"` : word);
}

function split(query: string, at: number): LastTerm {
  const space = query.slice(at).length - query.slice(at).trimStart().length;
  return { before: query.slice(0, at + space), term: query.slice(at + space) };
}
