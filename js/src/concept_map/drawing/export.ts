/**
 * Export of the map as a file: points, labels, query and legend as shown. The PNG is the SVG drawn at twice the size,
 * so that the two formats agree.
 */
import { download } from "../../ui/download";
import { count, significant } from "../../ui/format";
import { visible } from "../../ui/visible";
import { toScreen } from "../camera/camera";
import { clusterLabels, labelText, shortened } from "../camera/cluster_labels";
import { type Colouring, entryAt, entryOf, onTop } from "../colours/colouring";
import { FADED, passes, pointStates, SELECTED } from "../colours/filter";
import { colourOf, css, MISSING, mixed } from "../colours/palettes";
import { HOLLOW, hasPlace, type Points, placeOf } from "../points/points";
import type { ConceptMap } from "../state/state";
import { ENCODINGS, mapTitle } from "../state/words";
import { type Look, pointOpacity, pointSize } from "./look";
import { FADED_OPACITY, HOLLOW_WIDTH } from "./renderer";
import type { Stage } from "./stage";

interface FigureOf {
  map: ConceptMap;
  stage: Stage | null;
  look: Look | null;
}

const SVG = "http://www.w3.org/2000/svg";
const SCALE = 2;
/** Above this number of points, programs take minutes to open an SVG of circles: it then holds one image of them. */
const MOST_CIRCLES = 20_000;
const LEGEND_ROWS = 16;
const FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif";

/** Downloads the picture. */
export async function saveFigure(figure: FigureOf, kind: "png" | "svg"): Promise<void> {
  const svg = drawFigure(figure, kind === "png");
  const text = new XMLSerializer().serializeToString(svg);
  const file = kind === "svg" ? new Blob([text], { type: "image/svg+xml" }) : await rasterised(text, svg);
  download(file, `${fileName(figure.map)}.${kind}`);
}

/** Draws the map as an SVG element; `flat` draws the points as one image, whatever their number. */
function drawFigure({ map, stage, look }: FigureOf, flat: boolean): SVGSVGElement {
  const points = map.layout.points.peek();
  const colouring = map.colours.colouring.peek();
  const { width, height } = map.sight.view.peek();
  if (points === null || look === null) throw new Error("there is no map yet; wait until it is shown");
  const svg = make("svg", {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    "font-family": FONT,
    "font-size": 12,
  });
  svg.append(make("title", {}, mapTitle(points)));
  svg.append(make("rect", { width, height, fill: css(look.background) }));
  if (flat || points.n > MOST_CIRCLES) svg.append(imageOf(stage, width, height));
  else svg.append(circles(map, points, colouring, look));
  svg.append(names(map, points, look), probeMark(map, look));
  if (colouring !== null) svg.append(legendOf(colouring, look, height));
  return svg;
}

function imageOf(stage: Stage | null, width: number, height: number): SVGElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * SCALE);
  canvas.height = Math.round(height * SCALE);
  stage?.drawOn(canvas, SCALE);
  return make("image", { href: canvas.toDataURL("image/png"), width, height });
}

function circles(map: ConceptMap, points: Points, colouring: Colouring | null, look: Look): SVGElement {
  const camera = map.sight.camera.peek();
  const view = map.sight.view.peek();
  const filter = map.filter.peek();
  const size = pointSize(points.n, camera.zoom, view.width, view.height);
  const states = pointStates(points, colouring, filter, map.selection.points.peek());
  const group = make("g", { "fill-opacity": pointOpacity(points.n, camera.zoom) });
  const order = Uint32Array.from({ length: points.n }, (_, i) => i);
  const depth = (point: number) => {
    if (((states[point] ?? 0) & SELECTED) !== 0) return 1000;
    if (((states[point] ?? 0) & FADED) !== 0) return -1;
    const entry = colouring?.entries[point] ?? MISSING;
    const top = colouring === null || entry === MISSING ? 0 : onTop(colouring);
    return top < 0 ? MISSING - entry : top * entry;
  };
  for (const point of order.sort((a, b) => depth(a) - depth(b))) {
    if (!hasPlace(points, point)) continue;
    const [x, y] = toScreen(camera, view, placeOf(points, point));
    if (x < -size || y < -size || x > view.width + size || y > view.height + size) continue;
    const fill = css(colourOf(colouring?.palette ?? "category", colouring?.entries[point] ?? MISSING, look));
    const isHollow = ((states[point] ?? 0) & HOLLOW) !== 0;
    const width = isHollow ? HOLLOW_WIDTH[0] * size : 0;
    const drawn = isHollow ? { fill: "none", stroke: fill, "stroke-width": width } : { fill };
    const r = ((size - width) / 2).toFixed(2);
    const circle = make("circle", { cx: x.toFixed(2), cy: y.toFixed(2), r, ...drawn });
    if (colouring !== null && !passes(colouring, filter, point))
      circle.setAttribute("opacity", String(FADED_OPACITY));
    if (((states[point] ?? 0) & SELECTED) !== 0) {
      circle.setAttribute("stroke", css(look.accent));
      circle.setAttribute("stroke-width", "2");
    }
    group.append(circle);
  }
  return group;
}

function names(map: ConceptMap, points: Points, look: Look): SVGElement {
  const group = make("g", { "font-weight": 600, "text-anchor": "middle", ...halo(look) });
  const camera = map.sight.camera.peek();
  const view = map.sight.view.peek();
  const height = legendHeight(map);
  const obstacles = [{ left: 0, top: view.height - height, width: 200, height }];
  for (const { cluster, left, top, width, height } of clusterLabels(
    points.clusters,
    camera,
    view,
    obstacles,
  )) {
    const text = labelText(cluster);
    group.append(
      make("text", { x: left + width / 2, y: top + height / 2 + 4, fill: css(look.foreground) }, text),
    );
  }
  return group;
}

function probeMark(map: ConceptMap, look: Look): SVGElement {
  const probe = map.probe.peek();
  const group = make("g", { fill: "none", stroke: css(look.foreground), "stroke-width": 1.5 });
  if (probe === null) return group;
  const [x, y] = toScreen(map.sight.camera.peek(), map.sight.view.peek(), probe.at);
  group.append(make("path", { d: `M${x} ${y - 8} ${x + 8} ${y} ${x} ${y + 8} ${x - 8} ${y}Z` }));
  group.append(
    make(
      "text",
      { x: x + 14, y: y + 4, fill: css(look.foreground), ...halo(look), "font-weight": 600 },
      shortened(probe.text),
    ),
  );
  return group;
}

function legendOf(colouring: Colouring, look: Look, height: number): SVGElement {
  const group = make("g", {
    transform: `translate(12 ${height - 20 - 16 * rowsOf(colouring)})`,
    fill: css(look.foreground),
  });
  const title =
    colouring.query === ""
      ? ENCODINGS[colouring.encoding]
      : `${ENCODINGS[colouring.encoding]}: ${colouring.query}`;
  group.append(make("text", { y: 0, "font-weight": 600, ...halo(look) }, title));
  if (colouring.kind === "category") kindRows(group, colouring, look);
  else scaleRow(group, colouring, look);
  return group;
}

function rowsOf(colouring: Colouring): number {
  return colouring.kind === "category" ? Math.min(LEGEND_ROWS, colouring.legend.length) : 2;
}

function legendHeight(map: ConceptMap): number {
  const colouring = map.colours.colouring.peek();
  return colouring === null ? 0 : 40 + 16 * rowsOf(colouring);
}

function kindRows(group: SVGElement, { encoding, legend, palette }: Colouring, look: Look): void {
  legend.slice(0, LEGEND_ROWS).forEach(({ label, count: n }, kind) => {
    const y = 16 * (kind + 1);
    group.append(
      make("circle", {
        cx: 5,
        cy: y - 4,
        r: 4,
        fill: css(colourOf(palette, entryOf(encoding, kind, legend.length), look)),
      }),
    );
    const more = kind === LEGEND_ROWS - 1 && legend.length > LEGEND_ROWS;
    const text = more ? `and ${legend.length - LEGEND_ROWS + 1} more` : `${shortened(label)} ${count(n)}`;
    group.append(make("text", { x: 16, y, ...halo(look) }, text));
  });
}

function scaleRow(group: SVGElement, { encoding, kind, low, high }: Colouring, look: Look): void {
  const parts = 32;
  for (let part = 0; part < parts; part++) {
    const fill = css(colourOf(kind, entryAt(encoding, part / (parts - 1)), look));
    group.append(make("rect", { x: part * 5, y: 6, width: 5.2, height: 8, fill }));
  }
  group.append(make("text", { x: 0, y: 28, ...halo(look) }, significant(low)));
  group.append(make("text", { x: parts * 5, y: 28, "text-anchor": "end", ...halo(look) }, significant(high)));
}

/** Halo in the page's colour that keeps text readable over points. */
function halo({ background, foreground }: Look): Record<string, string> {
  return {
    "paint-order": "stroke",
    stroke: css(mixed(background, foreground, 0.02)),
    "stroke-width": "3",
    "stroke-linejoin": "round",
  };
}

/** Creates an element with attributes; text is added as text and never parsed. */
function make<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Record<string, string | number>,
  text?: string,
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = visible(text);
  return element;
}

async function rasterised(text: string, svg: SVGSVGElement): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(Number(svg.getAttribute("width")) * SCALE);
  canvas.height = Math.round(Number(svg.getAttribute("height")) * SCALE);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const file = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (file === null) throw new Error("the browser cannot make a picture of this size; make the view smaller");
  return file;
}

/** Returns, for example, "concept-map-bn2-bird". */
function fileName(map: ConceptMap): string {
  const parts = ["concept-map", map.traits.layer.peek() || "all-layers", map.traits.query.peek()];
  return parts
    .map((part) => part.replace(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 40))
    .filter((part) => part !== "" && part !== "-")
    .join("-");
}
