/** Overlay on the points: rings, lasso line, marker of the query, cluster labels. */

import { Montage } from "../neurons/pictures/montage";
import { px } from "../ui/format";
import { type Camera, toScreen, type Viewport } from "./camera/camera";
import { clusterLabels, IMAGE, isTextLeft, shortened } from "./camera/cluster_labels";
import { useView } from "./context";
import { pointSize } from "./drawing/look";
import { agreementText, type Points, placeOf } from "./points/points";
import type { Point } from "./points/space";

export function Overlay({ points }: { points: Points }) {
  const { map, parts } = useView();
  const Marks = parts?.Marks;
  const camera = map.sight.camera.value;
  const view = map.sight.view.value;
  const at = (point: number) => toScreen(camera, view, placeOf(points, point));
  const radius = pointSize(points.n, camera.zoom, view.width, view.height) / 2 + 3;
  const over = map.hover.point.value ?? map.hover.card.value ?? map.focus.pointed.value;
  const active = map.focus.active.value;
  return (
    <svg class="slw-map-overlay" aria-hidden="true">
      {Marks !== undefined && <Marks points={points} />}
      {active !== null && <Ring kind="slw-map-active" at={at(active)} radius={radius + 2} />}
      {over !== null && <Ring kind="slw-map-over" at={at(over)} radius={radius} />}
      <ProbeMark camera={camera} view={view} />
      <Line line={map.line.value} />
    </svg>
  );
}

export function Ring({ kind, at: [x, y], radius }: { kind: string; at: Point; radius: number }) {
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
  const { map, thumbnails } = useView();
  const view = map.sight.view.value;
  // Only what never moves is in the way: names must not jump while a query is typed.
  const tools = { left: view.width - 44, top: 0, width: 44, height: 280 };
  const placed = clusterLabels(points.clusters, map.sight.camera.value, view, [tools]);
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
          {cluster.name !== "" && <span class="slw-cut">{shortened(cluster.name)}</span>}
          <span class="slw-muted slw-number">{agreementText(cluster)}</span>
        </div>
      ))}
    </div>
  );
}
