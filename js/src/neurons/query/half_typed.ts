/** Text that ends in the middle of a term: while one types it is no query yet. */

const OPEN_END = /(?:^|\s)(?:[-+]|not|(?:more )?like|[-+]?#|[^\s:]+:)$/iu;

/** Returns whether a text ends with an open quote, a sign, or "like" or "#" without a component. */
export function isHalfTyped(text: string): boolean {
  return isInQuotes(text) || OPEN_END.test(text.trimEnd());
}

/** Returns whether a quotation mark of the text is still open at its end. */
export function isInQuotes(text: string): boolean {
  return text.split('"').length % 2 === 0;
}
