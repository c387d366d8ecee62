/** Texts of the map: encodings, tooltips, messages for the live region. */

import type { Card, Encoding, Method } from "../../generated/protocol";
import { labelsTitle } from "../../neurons/measures";
import { counted, exact, significant } from "../../ui/format";
import { isOfClass } from "../colours/audited";
import { type Colouring, highest } from "../colours/colouring";
import { NO_KIND, nameOf, type Points } from "../points/points";

export const PLACEHOLDER = "Colour by a query: bird, wheel - car, #12";

export const ENCODINGS: Record<Encoding, string> = {
  alignment: "Alignment",
  cluster: "Cluster",
  clarity: "Clarity",
  polysemanticity: "Polysemanticity",
  redundancy: "Redundancy",
  relevance: "Relevance",
  verdict: "Verdict",
  layer: "Layer",
  side: "Side",
  match: "Match",
};

export const METHODS: Record<Method, { name: string; meaning: string }> = {
  pca: {
    name: "PCA",
    meaning:
      "The two directions in which the neurons' embeddings differ most; what lies together may still differ in others",
  },
  umap: {
    name: "UMAP",
    meaning:
      "Neighbours have similar examples; how far apart groups lie, and in which direction, means little",
  },
};

export const HELP =
  "Arrows: nearest neighbour. Enter: card. Space: select. L: lasso. B: box. Plus, minus, 0: zoom. Escape: back.";

export const KEYS = [
  ["arrows", "To the nearest neighbour"],
  ["Enter", "Keeps the card of a neuron"],
  ["Space", "Selects a neuron"],
  ["L", "Lasso; also drag with Shift"],
  ["B", "Selects a box"],
  ["+ − 0", "Zooms; 0 shows all. The wheel zooms once the map has the focus, or with Ctrl"],
  ["M", "More neurons like this"],
  ["Z", "Takes back the last selection, filter or query"],
  ["Esc", "Puts away the line, the tool, the card, then the selection"],
] as const;

/** Returns, for example, "Concept map of bn2: 1,280 neurons". */
export function mapTitle(points: Points): string {
  const names = points.layers.map(({ name }) => name);
  const layers = names.length > 3 ? `${names.length} layers` : names.join(", ");
  return `Concept map of ${layers}: ${counted(points.n, "neuron")}`;
}

/** Returns, for example, "1,280 neurons, best: bn2:12". */
export function announcement(points: Points, colouring: Colouring | null): string {
  const neurons = counted(points.n, "neuron");
  if (colouring === null) return neurons;
  const best = colouring.encoding === "alignment" ? highest(colouring) : null;
  if (best !== null) return `${neurons}, best: ${nameOf(points, best)}${doubt(colouring)}`;
  return `${neurons} coloured ${colouredBy(colouring)}`;
}

function doubt({ caveat = "", weak }: Colouring): string {
  if (caveat !== "") return `; ${caveat}`;
  return weak ? ", weak match" : "";
}

/** Returns, for example, "by clarity" or "by verdict for ox". */
export function colouredBy({ encoding, query }: Colouring): string {
  return `by ${ENCODINGS[encoding].toLowerCase()}${isOfClass(encoding) ? ` for ${query}` : ""}`;
}

/** Names the colours that stay when a query has no answer: "the last answer: fruit", "the colours by cluster". */
export function keptText(colouring: Colouring | null): string | null {
  if (colouring === null) return null;
  const { encoding, query } = colouring;
  if (encoding === "alignment") return `the last answer: ${query || "the image"}`;
  return `the colours ${colouredBy(colouring)}`;
}

/** Describes a point's colour: "alignment 0.24", "cluster frog". */
export function valueText(
  colouring: Colouring,
  point: number,
): { name: string; value: string; title: string } {
  const name = ENCODINGS[colouring.encoding];
  const value = colouring.values[point] ?? Number.NaN;
  if (colouring.kind !== "category")
    return { name, value: significant(value), title: `${name} ${exact(value)}` };
  const label = value === NO_KIND ? "none" : (colouring.legend[value]?.label ?? "none");
  return { name, value: label, title: `${name} ${label}` };
}

/** Describes one neuron. */
export function spoken(
  name: string,
  card: Card | undefined,
  colouring: Colouring | null,
  point: number,
): string {
  const parts = [name];
  if (card !== undefined) parts.push(labelsTitle(card.labels));
  if (colouring !== null) {
    const { name: what, value } = valueText(colouring, point);
    parts.push(`${what.toLowerCase()} ${value}`);
  }
  return parts.join(". ");
}
