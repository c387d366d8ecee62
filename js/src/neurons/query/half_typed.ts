/** Text that ends in the middle of a term: while one types it is no query yet. */

const OPEN_END = /(?:^|\s)(?:[-+]|not|(?:more )?like|[-+]?#|[^\s:]+:)$/iu;

/** Returns whether a text ends with an open quote, a sign, or "like" or "#" without a component. */
export function isHalfTyped(text: string): boolean {
  const quotes = text.split('"').length - 1;
  return quotes % 2 === 1 || OPEN_END.test(text.trimEnd());
}
