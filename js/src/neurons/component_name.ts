/** Names of neurons: "bn2:12", and "bn2:12-" for a negative half; negative halves are numbered last. */

/** Returns the name of a component of a layer with n components, halves included, where it is signed. */
export function componentName(layer: string, component: number, n: number, signed: boolean): string {
  const negative = signed && component >= n / 2;
  return `${layer}:${negative ? component - n / 2 : component}${negative ? "-" : ""}`;
}

/** Parses "bn2:12" to its number among the n components of the layer; null for names of other layers. */
export function componentNamed(name: string, layer: string, n: number, signed: boolean): number | null {
  const colon = name.lastIndexOf(":");
  const [, digits, minus] = /^(\d+)(-?)$/.exec(name.slice(colon + 1)) ?? [];
  if (digits === undefined || name.slice(0, colon) !== layer) return null;
  const half = signed ? n / 2 : n;
  if (Number(digits) >= half || (minus === "-" && !signed)) return null;
  return Number(digits) + (minus === "-" ? half : 0);
}
