/**
 * The number of "bn2:12" among the n components of its layer; null where the name is of another layer.
 *
 * "bn2:12-" is the negative half of component 12: those come after all the others.
 */
export function componentNamed(name: string, layer: string, n: number): number | null {
  const colon = name.lastIndexOf(":");
  const [, digits, minus] = /^(\d+)(-?)$/.exec(name.slice(colon + 1)) ?? [];
  if (digits === undefined || name.slice(0, colon) !== layer) return null;
  const component = Number(digits) + (minus === "-" ? n / 2 : 0);
  return component < n ? component : null;
}
