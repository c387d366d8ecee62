/** Status line of the map (number of neurons, best neuron, strength of the match) and its footer. */

import type { ComponentChildren } from "preact";
import { Footer as NeuronsFooter } from "../neurons/footer";
import { Link } from "../ui/buttons/button";
import { Chip } from "../ui/buttons/chip";
import { count, counted, exact, significant } from "../ui/format";
import { Doing as DoingNote } from "../ui/notes/doing";
import { Doubt, QueryError } from "../ui/notes/messages";
import { NOT_YET } from "./colours/audited";
import { type Colouring, highest } from "./colours/colouring";
import { letThrough } from "./colours/filter";
import { useView } from "./context";
import { nameOf, type Points, placeOf } from "./points/points";
import { filterText } from "./state/narrowing";
import { announcement, colouredBy, ENCODINGS, keptText, METHODS, spoken } from "./state/words";

/** `more` stands after the number of neurons. */
export function StatusLine({ more }: { more?: ComponentChildren }) {
  const { map, id } = useView();
  const points = map.layout.points.value;
  const error = map.queryError.value;
  return (
    <div class="slw-status" id={`${id}status`}>
      {error !== null ? (
        <QueryError error={error} kept={keptText(map.colours.colouring.value)} />
      ) : (
        points !== null && <Summary points={points} more={more} />
      )}
      <Doing />
    </div>
  );
}

function Summary({ points, more }: { points: Points; more: ComponentChildren }) {
  const { map } = useView();
  const colouring = map.colours.colouring.value;
  const aligned = colouring?.encoding === "alignment" ? colouring : null;
  const best = aligned === null ? null : highest(aligned);
  return (
    <>
      <HowMany points={points} />
      {more ?? <Dead n={points.n - points.grid.items.length} />}
      {aligned !== null && best !== null ? (
        <Best points={points} colouring={aligned} best={best} />
      ) : (
        <span class="slw-muted slw-cut">
          {colouring !== null &&
            more === undefined &&
            whatShows(colouring, map.layout.improving.value === null)}
        </span>
      )}
      {aligned !== null && !map.query.isTyping.value && (
        <Doubt caveat={aligned.caveat ?? ""} weak={aligned.weak} why={aligned.message} />
      )}
      <Refused />
    </>
  );
}

/** Number of neurons, and of those that the legend lets through. */
function HowMany({ points }: { points: Points }) {
  const { map } = useView();
  const [filter, colouring] = [map.filter.value, map.colours.colouring.value];
  const isShown = letThrough(filter, colouring);
  // Of a part of the map, those that are on it.
  const n = map.own?.view === undefined ? points.n : points.grid.items.length;
  if (isShown === undefined || filter === null || colouring === null)
    return <span class="slw-strong">{counted(n, "neuron")}</span>;
  const passing = points.grid.items.filter(isShown).length;
  return (
    <span class="slw-how-many">
      <span class="slw-strong">{`${count(passing)} of ${counted(n, "neuron")}`}</span>
      <Chip
        text={filterText(colouring, filter)}
        undo="Remove the legend's filter"
        onRemove={() => {
          map.filter.value = null;
        }}
      />
    </span>
  );
}

function Dead({ n }: { n: number }) {
  if (n === 0) return null;
  const why = "Never active, or the same on every image: without examples they have no place on the map";
  return <span class="slw-muted" title={why}>{`${count(n)} dead`}</span>;
}

/** Explains why the colours differ from the chosen encoding. */
export function Refused() {
  const { map } = useView();
  const wanted = map.traits.encoding.value;
  const why = map.audited.refusal(wanted);
  if (why === null || why === NOT_YET) return null;
  return <span class="slw-muted slw-cut">{`not by ${ENCODINGS[wanted].toLowerCase()}: ${why}`}</span>;
}

/** Clusters have their final number only in the final layout. */
function whatShows(colouring: Colouring, final: boolean): string {
  if (colouring.encoding !== "cluster") return colouredBy(colouring);
  return final ? counted(colouring.legend.length, "cluster") : "";
}

function Best({ points, colouring, best }: { points: Points; colouring: Colouring; best: number }) {
  const { map } = useView();
  const name = nameOf(points, best);
  const value = colouring.values[best];
  const show = () => {
    const [x, y] = placeOf(points, best);
    map.focus.visit(best);
    map.hover.pin(best);
    const camera = { ...map.sight.camera.peek(), x, y };
    const { width, height } = map.sight.size.peek();
    map.sight.flyTo(camera.zoom < 2 ? map.sight.zoomed([width / 2, height / 2], 2, camera) : camera);
  };
  return (
    <span class="slw-best">
      <span class="slw-muted">best</span>
      <span class="slw-number" title={`Alignment ${exact(value)}`}>
        {significant(value)}
      </span>
      <Link class="slw-link slw-cut" title={`Show ${name} on the map`} onClick={show}>
        {name}
      </Link>
    </span>
  );
}

/** Steps of a layout, as the kernel names them. */
const STEPS: Readonly<Record<string, { doing: string; meanwhile: string }>> = {
  UMAP: { doing: "computing UMAP", meanwhile: "PCA is shown until UMAP is computed" },
  clusters: { doing: "finding clusters", meanwhile: "The positions are final" },
  names: { doing: "naming clusters", meanwhile: "The words to choose names from are embedded once" },
};

export function Doing() {
  const { map } = useView();
  const colours = map.auditRequests.progress.value ?? map.colours.progress.value;
  const improving = map.layout.improving.value;
  const step = improving === null ? undefined : STEPS[improving.what];
  const progress =
    colours ??
    (improving === null ? null : { ...improving, what: step?.doing ?? improving.what }) ??
    map.own?.progress.value ??
    null;
  const title = colours === null && step !== undefined ? { title: step.meanwhile } : {};
  return <DoingNote progress={progress} status={map.status.value} {...title} />;
}

/** Live region: the colours shown, and what follows. */
export function LiveRegion() {
  const { map } = useView();
  const points = map.layout.points.value;
  const colouring = map.colours.colouring.value;
  const said = map.queryError.value ?? (points === null ? "" : announcement(points, colouring));
  return (
    <div class="slw-hidden">
      <div role="status" aria-live="polite">
        {said}
      </div>
      <Happenings />
    </div>
  );
}

/** Result of a lasso, and the neuron that the arrow keys reached. */
export function Happenings() {
  const { map } = useView();
  const points = map.layout.points.value;
  const active = map.focus.active.value;
  return (
    <>
      <div role="status" aria-live="polite">
        {map.said.value}
      </div>
      <div role="status" aria-live="polite">
        {points !== null && active !== null && (
          <span>
            {spoken(
              nameOf(points, active),
              map.neurons.card(points, active),
              map.colours.colouring.value,
              active,
            )}
            {map.own?.spoken(points, active)}
            {map.selection.points.value.has(active) ? ". selected" : ""}
          </span>
        )}
      </div>
    </>
  );
}

/** Describes the projection, before the rest of the provenance. */
export function MethodName() {
  const method = useView().map.layout.points.value?.method;
  if (method === undefined) return null;
  return <span title={METHODS[method].meaning}>{`${METHODS[method].name} · `}</span>;
}

export function Footer() {
  const { map } = useView();
  return (
    <NeuronsFooter
      traits={map.traits}
      compared="Neurons and queries"
      method={<MethodName />}
      selected={map.selection.shortfall.value}
      onClear={() => map.selection.clear()}
    />
  );
}
