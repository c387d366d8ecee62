/** Placement of a point's card: next to the point, inside the view, never over the point. */
import type { Point } from "../points/space";

export interface Size {
  width: number;
  height: number;
}

interface CardPlace {
  left: number;
  top: number;
}

/** Pixels between point and card; larger than the ring around the point. */
export const CARD_GAP = 16;
const EDGE = 4;

/** Returns whether a view of this size has room for the card next to any point. */
export function fitsEverywhere(card: Size, view: Size): boolean {
  const need = CARD_GAP + EDGE;
  const beside = view.width >= 2 * (card.width + need) && view.height >= card.height + 2 * EDGE;
  const over = view.height >= 2 * (card.height + need) && view.width >= card.width + 2 * EDGE;
  return beside || over;
}

/** Places the card on the right, else left, below or above; if nowhere fits, where most room is, overflowing. */
export function placeCard([x, y]: Point, card: Size, view: Size): CardPlace {
  const room = [view.width - x, x, view.height - y, y].map((space) => space - CARD_GAP - EDGE);
  const need = [card.width, card.width, card.height, card.height];
  const fitting = room.findIndex((space, side) => space >= (need[side] ?? 0));
  const missing = room.map((space, side) => space - (need[side] ?? 0));
  const side = fitting >= 0 ? fitting : missing.indexOf(Math.max(...missing));
  const along = (middle: number, size: number, total: number) =>
    Math.max(EDGE, Math.min(middle - size / 2, total - size - EDGE));
  if (side === 0) return { left: x + CARD_GAP, top: along(y, card.height, view.height) };
  if (side === 1) return { left: x - CARD_GAP - card.width, top: along(y, card.height, view.height) };
  if (side === 2) return { left: along(x, card.width, view.width), top: y + CARD_GAP };
  return { left: along(x, card.width, view.width), top: y - CARD_GAP - card.height };
}
