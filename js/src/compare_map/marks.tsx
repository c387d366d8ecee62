/** Lines from the neurons that are pointed at, and from selected ones, to their matches. */
import { toScreen } from "../concept_map/camera/camera";
import { useView } from "../concept_map/context";
import { pointSize } from "../concept_map/drawing/look";
import { Ring } from "../concept_map/overlay";
import { hasPlace, type Points, placeOf, pointOf } from "../concept_map/points/points";
import { useCompared } from "./context";

/** Selected neurons whose lines are drawn. */
const MOST = 100;

export function Marks({ points }: { points: Points }) {
  const { map } = useView();
  const { comparing } = useCompared();
  const laid = map.layout.laid.value ?? points;
  const camera = map.sight.camera.value;
  const view = map.sight.view.value;
  const at = (point: number) => toScreen(camera, view, placeOf(laid, point));
  const radius = pointSize(points.n, camera.zoom, view.width, view.height) / 2 + 3;
  const over = map.hover.point.value ?? map.hover.card.value ?? map.focus.pointed.value;
  const near = [over, map.focus.active.value].filter((point) => point !== null);
  const marked = new Set([...near, ...[...map.selection.points.value].slice(0, MOST)]);
  return (
    <g class="slw-compare-marks">
      {[...marked].map((point) => {
        const partner = hasPlace(points, point) ? comparing.partner(points, point) : null;
        const other = partner === null ? null : pointOf(points, partner.neuron);
        if (partner === null || other === null || !hasPlace(laid, other)) return null;
        const [[x1, y1], [x2, y2]] = [at(point), at(other)];
        const kind = partner.chance?.isMatched ? "slw-matched" : "slw-unmatched";
        return (
          <g key={point} class={kind}>
            <line class="slw-map-halo" x1={x1} y1={y1} x2={x2} y2={y2} />
            <line x1={x1} y1={y1} x2={x2} y2={y2} />
            <Ring kind="slw-map-over" at={[x2, y2]} radius={radius} />
          </g>
        );
      })}
    </g>
  );
}
