/** A length for a style: Preact leaves bare numbers alone, and the browser then drops them. */
export function px(length: number): string {
  return `${length}px`;
}
