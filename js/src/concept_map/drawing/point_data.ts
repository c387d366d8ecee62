/** Columns for the renderers, made from points, colouring and filter; unchanged inputs keep their arrays. */
import type { Colouring } from "../colours/colouring";
import { type Filter, pointStates } from "../colours/filter";
import { MISSING, type Page, palette } from "../colours/palettes";
import { type Points, samePlaces } from "../points/points";
import { startPlaces } from "./morph";
import type { PointData } from "./renderer";

export interface Drawn {
  points: Points;
  /** Null until the first colours arrive. */
  colouring: Colouring | null;
  filter: Filter;
  selected: Iterable<number>;
  page: Page;
}

export class PointDataMaker {
  #last: (Drawn & { data: PointData }) | null = null;

  /** Makes the columns; with `morphs`, new points start where the previous ones were. */
  make(wanted: Drawn, morphs: boolean): PointData {
    const { points, page } = wanted;
    const colouring = wanted.colouring?.values.length === points.n ? wanted.colouring : null;
    const states = pointStates(points, colouring, wanted.filter, wanted.selected);
    const data: PointData = {
      ...this.#positions(points, morphs),
      entries: this.#entries(points, colouring),
      states: inOrder(states, points.order),
      palette: this.#palette(colouring, page),
    };
    this.#last = { ...wanted, colouring, data };
    return data;
  }

  #positions(points: Points, morphs: boolean): Pick<PointData, "n" | "space" | "xy" | "start"> {
    const last = this.#last;
    if (last?.points === points) return last.data;
    const start =
      morphs && last !== null && last.points.n > 0 && !samePlaces(last.points, points)
        ? pairsInOrder(startPlaces(last.points, points), points.order)
        : null;
    return { n: points.n, space: points.space, xy: pairsInOrder(points.xy, points.order), start };
  }

  #entries(points: Points, colouring: Colouring | null): Uint8Array {
    const last = this.#last;
    if (last?.points === points && last.colouring === colouring) return last.data.entries;
    if (colouring === null) return new Uint8Array(points.n).fill(MISSING);
    return inOrder(colouring.entries, points.order);
  }

  #palette(colouring: Colouring | null, page: Page): Uint8Array {
    const last = this.#last;
    if (last?.page === page && last.colouring?.palette === colouring?.palette) return last.data.palette;
    return palette(colouring?.palette ?? "category", page);
  }
}

function inOrder(values: Uint8Array, order: Uint32Array): Uint8Array {
  const result = new Uint8Array(order.length);
  for (let place = 0; place < order.length; place++) result[place] = values[order[place] as number] as number;
  return result;
}

function pairsInOrder(xy: Uint16Array, order: Uint32Array): Uint16Array {
  const result = new Uint16Array(2 * order.length);
  for (let place = 0; place < order.length; place++) {
    const point = order[place] as number;
    result[2 * place] = xy[2 * point] as number;
    result[2 * place + 1] = xy[2 * point + 1] as number;
  }
  return result;
}
