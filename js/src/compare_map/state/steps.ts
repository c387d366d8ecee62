/**
 * Steps of a series: the points of one side at a time. From one step to the next, neurons move along mutual matches above
 * chance, gained ones fade in, and lost ones stay behind as faint rings.
 */
import type { Matches } from "../../comparisons/matches";
import { PointGrid } from "../../concept_map/points/point_grid";
import { ARRIVING, type Change, LEAVING, type Points } from "../../concept_map/points/points";
import { NOWHERE } from "../../concept_map/points/space";
import type { LayerPoints } from "../../generated/protocol";

export class Steps {
  #last: number | null = null;

  constructor(private readonly matches: Matches) {}

  /** Returns the points of the side at a step, and those of the side before that are lost. */
  view(laid: Points, step: number): Points {
    const side = laid.layers[step];
    const before = laid.layers[step - 1];
    if (side === undefined) return laid;
    const xy = new Uint16Array(2 * laid.n).fill(NOWHERE);
    const states = new Uint8Array(laid.n);
    show(xy, laid, side);
    if (before !== undefined) this.#showLost(xy, states, laid, before, side);
    const change = { origin: this.#origins(laid, side, states), states };
    this.#last = step;
    const layers = laid.layers.map((each) => ({ ...each, hollow: each === before }));
    return { ...laid, xy, layers, change, grid: new PointGrid(xy, laid.space) };
  }

  #showLost(xy: Uint16Array, states: Uint8Array, laid: Points, before: LayerPoints, side: LayerPoints) {
    const chance = this.matches.between(before.name, side.name)?.chance;
    if (!chance) return;
    show(xy, laid, before, chance.isAlone);
    states.fill(LEAVING, before.start, before.start + before.count);
  }

  /** Returns where the points of a side come from: their matches on the side that was shown before. */
  #origins(laid: Points, side: LayerPoints, states: Uint8Array): Change["origin"] {
    const origin = new Int32Array(laid.n).fill(-1);
    const from = this.#last === null ? undefined : laid.layers[this.#last];
    if (from === undefined || from === side) return origin;
    const pair = this.matches.between(side.name, from.name);
    if (!pair?.chance) return origin;
    for (let component = 0; component < side.count; component++) {
      if (pair.mutual[component] === 1 && pair.chance.isMatched(component))
        origin[side.start + component] = from.start + (pair.nearest[component] as number);
      else states[side.start + component] = ARRIVING;
    }
    return origin;
  }
}

function show(
  xy: Uint16Array,
  laid: Points,
  { start, count }: LayerPoints,
  isShown: (component: number) => boolean = () => true,
): void {
  for (let component = 0; component < count; component++) {
    if (!isShown(component)) continue;
    const at = 2 * (start + component);
    xy[at] = laid.xy[at] as number;
    xy[at + 1] = laid.xy[at + 1] as number;
  }
}
