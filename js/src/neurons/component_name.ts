/** The names of neurons: "bn2:12", and "bn2:12-" for a negative half; those come after all the others. */

/** The name of a component of a layer that has n of them, halves counted, where it is signed. */
export function componentName(layer: string, component: number, n: number, signed: boolean): string {
  const negative = signed && component >= n / 2;
  return `${layer}:${negative ? component - n / 2 : component}${negative ? "-" : ""}`;
}

/** The number of "bn2:12" among the n components of its layer; null where the name is of another layer. */
export function componentNamed(name: string, layer: string, n: number): number | null {
  const colon = name.lastIndexOf(":");
  const [, digits, minus] = /^(\d+)(-?)$/.exec(name.slice(colon + 1)) ?? [];
  if (digits === undefined || name.slice(0, colon) !== layer) return null;
  const component = Number(digits) + (minus === "-" ? n / 2 : 0);
  return component < n ? component : null;
}
