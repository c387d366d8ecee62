/** Tiles of the treemap: the categories of a node, and categories and words in each of them. */
import { type Rectangle, squarified } from "./squarify";
import { type Area, amount, inside, type Node } from "./tree";

export interface Tile extends Rectangle {
  node: Node;
  /** True if a click goes into it, false for a word. */
  isCategory: boolean;
  /** True if other tiles lie in it, below its name. */
  isFrame: boolean;
}

const HEAD = 20;
const PADDING = 3;
/** Least width and height of a tile with tiles inside, in pixels. */
const FRAME = { width: 72, height: 56 };
/** Frames that lie in one another, at most. */
const DEEPEST = 4;
/** Tiles that are narrower or lower are left out, in pixels. */
const LEAST = 3;

/** Returns the tiles within a node, frames before what lies in them. */
export function tilesOf(node: Node, whole: Rectangle, area: Area, depth = 0): Tile[] {
  return row(node, whole, area).flatMap((tile) => {
    const { x, y, width, height, isCategory } = tile;
    if (!isCategory || depth === DEEPEST || width < FRAME.width || height < FRAME.height) return [tile];
    const within = {
      x: x + PADDING,
      y: y + HEAD,
      width: width - 2 * PADDING,
      height: height - HEAD - PADDING,
    };
    return [{ ...tile, isFrame: true }, ...tilesOf(tile.node, within, area, depth + 1)];
  });
}

function row(node: Node, whole: Rectangle, area: Area): Tile[] {
  const nodes = inside(node, area);
  const places = squarified(
    nodes.map((one) => amount(one, area)),
    whole,
  );
  return nodes
    .map((one, place) => ({
      ...(places[place] as Rectangle),
      node: one,
      isCategory: one.children.length > 0,
      isFrame: false,
    }))
    .filter(({ width, height }) => width >= LEAST && height >= LEAST);
}
