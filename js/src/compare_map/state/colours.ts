/** Colours by side, and by what became of every neuron between two sides. */
import type { Chance } from "../../comparisons/matches";
import { type Colouring, kindsColouring, type LegendKind } from "../../concept_map/colours/colouring";
import { hasPlace, NO_KIND, type Points } from "../../concept_map/points/points";
import type { LayerPoints } from "../../generated/protocol";
import type { IconName } from "../../ui/buttons/icons";
import { count } from "../../ui/format";

/** Two sides; the second comes later. */
export type Pair = readonly [before: string, after: string];

/** Kinds of the colours by match. */
export const KINDS = { matched: 0, lost: 1, gained: 2, neither: 3 } as const;
export type MatchKind = keyof typeof KINDS;

const PLAIN = { query: "", weak: false, message: "" };

/** Colours every side. */
export function sideColouring(points: Points): Colouring {
  const values = new Uint16Array(points.n).fill(NO_KIND);
  const legend = points.layers.map((side, kind) => {
    values.fill(kind, side.start, side.start + side.count);
    return { label: side.name, count: side.count, hollow: side.hollow };
  });
  return kindsColouring(values, legend, { encoding: "side", ...PLAIN });
}

/** Colours the neurons of two sides that have a place; `chances` are those of both directions. */
export function matchColouring(points: Points, pair: Pair, chances: readonly [Chance, Chance]): Colouring {
  const values = new Uint16Array(points.n).fill(NO_KIND);
  const counts = [0, 1, 2, 3].map(() => [0, 0] as [number, number]);
  pair.forEach((name, place) => {
    const side = points.layers.find((layer) => layer.name === name);
    if (side === undefined) return;
    fill(values, counts, points, side, place as 0 | 1, chances[place as 0 | 1]);
  });
  const colouring = kindsColouring(values, legendOf(pair, counts), { encoding: "match", ...PLAIN });
  return { ...colouring, missing: withoutKind(points, values) };
}

function fill(
  values: Uint16Array,
  counts: [number, number][],
  points: Points,
  side: LayerPoints,
  place: 0 | 1,
  chance: Chance,
): void {
  for (let component = 0; component < side.count; component++) {
    const point = side.start + component;
    if (!hasPlace(points, point) || Number.isNaN(chance.percentile[component])) continue;
    const kind = kindOf(chance, component, place);
    values[point] = kind;
    const own = counts[kind];
    if (own !== undefined) own[place] += 1;
  }
}

/** Neurons that are shown and belong to no kind, as those of further sides. */
function withoutKind(points: Points, values: Uint16Array): number {
  return points.grid.items.filter((point) => values[point] === NO_KIND).length;
}

function kindOf(chance: Chance, component: number, place: 0 | 1): number {
  if (chance.isMatched(component)) return KINDS.matched;
  if (!chance.isAlone(component)) return KINDS.neither;
  return place === 0 ? KINDS.lost : KINDS.gained;
}

function legendOf([before, after]: Pair, counts: [number, number][]): LegendKind[] {
  const kinds: [label: string, icon: IconName, about: string][] = [
    ["matched", "valid", "the nearest is above chance"],
    ["lost", "minus", `no match in ${after}`],
    ["gained", "plus", `no match in ${before}`],
    ["unclear", "unexpected", "no match, and examples as alike as random ones"],
  ];
  return kinds.map(([label, icon, about], kind) => {
    const [one, other] = counts[kind] as [number, number];
    const counted = [one, other].filter((n) => n > 0).map(count);
    return {
      label,
      icon,
      count: one + other,
      counted: counted.join(" · ") || "0",
      about: `${count(one)} of ${before}, ${count(other)} of ${after}: ${about}`,
    };
  });
}
