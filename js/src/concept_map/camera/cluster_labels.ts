/** Labels of clusters and of the query, as large as their text and placed where there is room. */
import { agreementText, type Cluster } from "../points/points";
import { type Camera, toScreen, type Viewport } from "./camera";
import { type Label, placeLabels, type Rectangle } from "./label_places";

const LABEL_HEIGHT = 24;
/** Edge of the image before a label. */
export const IMAGE = 20;
const LONGEST = 32;
/** Pixels of the view per label at zoom 1. */
const ROOM_FOR_A_LABEL = 26_000;

/** Near the right edge the text is on the left of the marker. */
export function isTextLeft(x: number, view: Viewport): boolean {
  return x > view.width - 120;
}

interface ClusterLabel extends Rectangle {
  key: number;
  cluster: Cluster;
}

/** Labels that fit, those of large clusters first; higher zoom shows more. */
export function clusterLabels(
  clusters: readonly Cluster[],
  camera: Camera,
  view: Viewport,
  obstacles: readonly Rectangle[],
): ClusterLabel[] {
  const room = Math.round(((view.width * view.height) / ROOM_FOR_A_LABEL) * camera.zoom ** 2);
  const bySize = clusters
    .map((cluster, key) => ({ cluster, key }))
    .sort((a, b) => b.cluster.size - a.cluster.size);
  const labels: Label[] = bySize.slice(0, room).map(({ cluster, key }) => ({
    key,
    at: toScreen(camera, view, cluster.at),
    reach: cluster.reach * view.fit * camera.zoom,
    width: labelWidth(cluster),
    height: LABEL_HEIGHT,
  }));
  return placeLabels(labels, view.width, view.height, obstacles).flatMap((place) => {
    const cluster = clusters[place.key];
    return cluster === undefined ? [] : [{ ...place, cluster }];
  });
}

export function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1).trimEnd()}…` : text;
}

/** Returns the text of a label: "fish 92 % of 64", or the size alone without a name. */
export function labelText(cluster: Cluster): string {
  return [shortened(cluster.name), agreementText(cluster)].filter(Boolean).join(" ");
}

const widths = new Map<string, number>();
let ruler: CanvasRenderingContext2D | null | undefined;

function labelWidth(cluster: Cluster): number {
  const text = labelText(cluster);
  let width = widths.get(text);
  if (width === undefined) {
    ruler ??= document.createElement("canvas").getContext("2d");
    if (ruler) ruler.font = "600 12px system-ui, -apple-system, sans-serif";
    width = Math.ceil(ruler?.measureText(text).width ?? 7 * text.length);
    widths.set(text, width);
  }
  return width + 12 + (cluster.sample === null ? 0 : IMAGE + 2);
}
