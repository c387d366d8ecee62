/** Formats a length for a style: Preact leaves bare numbers as they are, and the browser then ignores them. */
export function px(length: number): string {
  return `${length}px`;
}
