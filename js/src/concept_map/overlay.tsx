/** Overlay on the points: rings, lasso line, marker of the query, cluster labels. */

import { Montage } from "../neurons/pictures/montage";
import { count, px } from "../ui/format";
import { type Camera, toScreen, type Viewport } from "./camera/camera";
import { type Label, placeLabels, type Rectangle } from "./camera/label_places";
import { pointSize } from "./drawing/look";
import { type Cluster, type Points, placeOf } from "./points/points";
import type { Probe } from "./points/probe";
import type { Point } from "./points/space";
import { useView } from "./state/context";

const LABEL_HEIGHT = 24;
const IMAGE = 20;
const LONGEST = 28;
/** Pixels of the view per label at zoom 1. */
const ROOM_FOR_A_LABEL = 26_000;

export function Overlay({ points }: { points: Points }) {
  const { map } = useView();
  const camera = map.sight.camera.value;
  const view = map.sight.view.value;
  const at = (point: number) => toScreen(camera, view, placeOf(points, point));
  const radius = pointSize(points.n, camera.zoom, view.width, view.height) / 2 + 3;
  const over = map.hover.point.value ?? map.hover.card.value ?? map.focus.pointed.value;
  const active = map.focus.active.value;
  return (
    <svg class="slw-map-overlay" aria-hidden="true">
      {active !== null && <Ring kind="slw-map-active" at={at(active)} radius={radius + 2} />}
      {over !== null && <Ring kind="slw-map-over" at={at(over)} radius={radius} />}
      <ProbeMark camera={camera} view={view} />
      <Line line={map.line.value} />
    </svg>
  );
}

function Ring({ kind, at: [x, y], radius }: { kind: string; at: Point; radius: number }) {
  return (
    <g class={kind}>
      <circle class="slw-map-halo" cx={x} cy={y} r={radius} />
      <circle cx={x} cy={y} r={radius} />
    </g>
  );
}

function Line({ line }: { line: readonly Point[] }) {
  if (line.length < 2) return null;
  return <polygon class="slw-map-line" points={line.map(([x, y]) => `${x},${y}`).join(" ")} />;
}

/** Marks where the query would be if it were a neuron. */
function ProbeMark({ camera, view }: { camera: Camera; view: Viewport }) {
  const { map } = useView();
  const probe = map.probe.value;
  if (probe === null) return null;
  const [x, y] = toScreen(camera, view, probe.at);
  const left = isTextLeft(x, view);
  return (
    <g class="slw-map-probe" transform={`translate(${x} ${y})`}>
      <path class="slw-map-halo" d="M0-8 8 0 0 8-8 0Z" />
      <path d="M0-8 8 0 0 8-8 0ZM0-2.5v5M-2.5 0h5" />
      <text x={left ? -14 : 14} y={4} text-anchor={left ? "end" : "start"}>
        {shortened(probe.text)}
      </text>
    </g>
  );
}

/** Cluster labels with a picture each; hidden from screen readers, which have the legend. */
export function ClusterNames({ points }: { points: Points }) {
  const { map, thumbnails, legend } = useView();
  const camera = map.sight.camera.value;
  const view = map.sight.view.value;
  const obstacles: Rectangle[] = [
    { left: 0, top: view.height - legend.value.height, ...legend.value },
    { left: view.width - 44, top: 0, width: 44, height: 280 },
    ...aroundProbe(map.probe.value, camera, view),
  ];
  const placed = clusterLabels(points.clusters, camera, view, obstacles);
  return (
    <div class="slw-map-names" aria-hidden="true">
      {placed.map(({ cluster, key, left, top, width }) => (
        <div
          key={key}
          class="slw-map-name"
          style={{ transform: `translate(${left}px, ${top}px)`, width: px(width) }}
        >
          {cluster.sample !== null && (
            <Montage
              pictures={thumbnails}
              rows={[cluster.sample]}
              side={1}
              size={IMAGE}
              key={map.failures.attempt.value}
            />
          )}
          <span class="slw-cut">{shortened(cluster.label)}</span>
          <span class="slw-muted slw-number">{count(cluster.size)}</span>
        </div>
      ))}
    </div>
  );
}

/** Box that the query's marker and text occupy. */
export function aroundProbe(probe: Probe | null, camera: Camera, view: Viewport): Rectangle[] {
  if (probe === null) return [];
  const [x, y] = toScreen(camera, view, probe.at);
  const text = 28 + 7 * shortened(probe.text).length;
  const left = isTextLeft(x, view) ? x + 10 - text : x - 10;
  return [{ left, top: y - 10, width: text, height: 20 }];
}

/** Near the right edge the text is on the left of the marker. */
function isTextLeft(x: number, view: Viewport): boolean {
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

const widths = new Map<string, number>();
let ruler: CanvasRenderingContext2D | null | undefined;

function labelWidth({ label, size, sample }: Cluster): number {
  const text = `${shortened(label)} ${count(size)}`;
  let width = widths.get(text);
  if (width === undefined) {
    ruler ??= document.createElement("canvas").getContext("2d");
    if (ruler) ruler.font = "600 12px system-ui, -apple-system, sans-serif";
    width = Math.ceil(ruler?.measureText(text).width ?? 7 * text.length);
    widths.set(text, width);
  }
  return width + 12 + (sample === null ? 0 : IMAGE + 2);
}
