/**
 * State and behaviour of the map, without the DOM.
 *
 * Two kinds of state meet here. *Synced*: layer, query, encoding, selection and camera are traits (`ui/state`); a
 * change by the browser or by a cell reaches both. *View* state: hovered point, filter, active point; it never leaves
 * the browser. `points/layout.ts` requests positions, `colours/colours.ts` colours.
 */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { AuditRequests } from "../../audits/audit_requests";
import { KnownClasses } from "../../audits/known_classes";
import type { ConceptMapTraits } from "../../generated/traits";
import type { Link } from "../../kernel/link";
import type { Kernel, KernelStatus, Progress, State } from "../../kernel/types";
import { Query } from "../../neurons/query/query";
import { Undo, watchedTraits } from "../../neurons/state/undo";
import { Failures } from "../../ui/state/failures";
import type { Schedule } from "../../ui/state/frame_batch";
import { type SignalsOf, Synced, statusOf, whileAlive } from "../../ui/state/synced";
import { Sight } from "../camera/sight";
import { AuditedClass } from "../colours/audited";
import { Colours, type OwnColours } from "../colours/colours";
import { type Filter, filterOf, letThrough, watchedFilter } from "../colours/filter";
import { Layout } from "../points/layout";
import { nameOf, type Points } from "../points/points";
import { type Probe, probeOf } from "../points/probe";
import type { Point } from "../points/space";
import { Focus } from "./focus";
import { Hover } from "./hover";
import { shareFilter } from "./narrowing";
import { Neurons } from "./neurons";
import { MapSelection, type SelectMode } from "./selection";

interface ConceptMapOptions {
  kernel: Kernel;
  model: State<ConceptMapTraits>;
  signal: AbortSignal;
  link?: Link;
  debounce?: number;
  schedule?: Schedule;
  own?: Own;
}

/** Parts that a widget adds to those of every map. */
export interface Own {
  /** Returns the points to show of those that were laid out. */
  view?: (laid: Points) => Points;
  colours: OwnColours;
  /** Progress of what the widget waits for. */
  progress: ReadonlySignal<Progress | null>;
  /** Describes a point further for screen readers; "" for nothing. */
  spoken: (points: Points, point: number) => string;
}

/** Action of dragging: pan the map, or draw around points. */
export type Tool = "pan" | "lasso" | "box";

const DEBOUNCE = 120;

export class ConceptMap {
  readonly traits: SignalsOf<ConceptMapTraits>;
  readonly query: Query;
  readonly failures: Failures;
  readonly layout: Layout;
  readonly classes: KnownClasses;
  readonly audited: AuditedClass;
  readonly auditRequests: AuditRequests;
  readonly colours: Colours;
  /** Error about the query or the concepts; null while one types. */
  readonly queryError: ReadonlySignal<string | null>;
  readonly neurons: Neurons;
  readonly selection: MapSelection;
  readonly hover: Hover;
  readonly probe: Signal<Probe | null>;
  readonly sight: Sight;
  readonly focus: Focus;

  readonly own: Own | undefined;
  readonly status: Signal<KernelStatus>;
  readonly filter: Signal<Filter>;
  readonly undo: Undo;
  readonly tool: Signal<Tool> = signal("pan");
  /** The lasso line being drawn, in pixels. */
  readonly line: Signal<readonly Point[]> = signal([]);
  /** Last event, for the live region. */
  readonly said: Signal<string> = signal("");

  readonly #synced: Synced<ConceptMapTraits>;
  /** Returns the legend's filter; undefined when it filters nothing. */
  readonly #isShown: () => ((point: number) => boolean) | undefined;
  #shown: Points | null = null;

  constructor(options: ConceptMapOptions) {
    const { kernel, model, signal: lifetime, link, debounce = DEBOUNCE, schedule, own } = options;
    this.own = own;
    this.#synced = new Synced<ConceptMapTraits>(model, lifetime);
    const traits = this.#synced;
    this.traits = traits.signals;
    this.failures = new Failures(lifetime, model);
    const { failures } = this;
    this.status = statusOf(kernel, lifetime);
    this.hover = new Hover(lifetime);
    const onAsk = () => traits.write("encoding", "alignment");
    this.query = new Query({ kernel, traits, failures, lifetime, debounce, onAsk });
    this.layout = new Layout({ kernel, traits, failures, lifetime, view: own?.view });
    const { points } = this.layout;
    this.sight = new Sight(traits, this.layout.laid, lifetime);
    this.classes = new KnownClasses({ kernel, traits, failures, lifetime });
    this.audited = new AuditedClass(traits, this.classes);
    this.auditRequests = new AuditRequests(kernel, lifetime);
    const { audited, auditRequests } = this;
    this.colours = new Colours({
      kernel,
      traits,
      failures,
      lifetime,
      points,
      audited,
      auditRequests,
      own: own?.colours,
    });
    const { colouring, queryError } = this.colours;
    this.queryError = computed(() => (this.query.isTyping.value ? null : queryError.value));
    this.filter = filterOf(colouring, lifetime);
    this.undo = new Undo({
      watched: [
        ...watchedTraits(traits as never, ["selection", "query", "query_image"]),
        watchedFilter(this.filter, colouring),
      ],
      isChanging: this.query.isTyping,
      lifetime,
    });
    if (link !== undefined) shareFilter({ points, colouring, filter: this.filter, model, link, lifetime });
    this.#isShown = () => letThrough(this.filter.peek(), colouring.peek());
    this.probe = probeOf(kernel, traits, points, lifetime);
    this.neurons = new Neurons({
      kernel,
      signal: lifetime,
      onFailure: (error) => failures.missing("Some neurons could not be loaded", error),
      ...(schedule === undefined ? {} : { schedule }),
    });
    const say = (text: string) => {
      this.said.value = text;
    };
    this.selection = new MapSelection({ traits, points, isShown: this.#isShown, say });
    const { sight, hover, neurons } = this;
    this.focus = new Focus({ points, sight, hover, neurons, isShown: this.#isShown, link, lifetime });
    whileAlive(
      lifetime,
      () => this.#beginAnew(),
      () => {
        if (this.traits.revision.value > 0) this.neurons.clear();
      },
      () => {
        if (this.layout.waiting.value) this.said.value = "";
      },
    );
  }

  chooseLayer(layer: string): void {
    this.#synced.write("layer", layer);
  }

  chooseEncoding(encoding: ConceptMapTraits["encoding"]): void {
    this.#synced.write("encoding", encoding);
  }

  /** Returns the point within a few pixels of a place in the view, ignoring filtered points. */
  pointAt(place: Point, pixels = 14): number | null {
    const points = this.layout.points.peek();
    return points === null ? null : this.sight.pointAt(points, place, pixels, this.#isShown());
  }

  select(point: number, mode: SelectMode): void {
    this.focus.visit(point);
    this.selection.select(point, mode);
  }

  /** Queries for neurons like a point: "like #12"; a joint map needs the full name. */
  likePoint(point: number): void {
    const points = this.layout.points.peek();
    if (points !== null && points.layers.length === 1) this.query.like(nameOf(points, point));
  }

  /** Handles Esc: cancels the lasso line first, then the tool, the card, the active point, the selection. */
  escape(): void {
    if (this.line.peek().length > 0) this.line.value = [];
    else if (this.tool.peek() !== "pan") this.tool.value = "pan";
    else if (this.hover.card.peek() !== null) this.hover.close();
    else if (this.focus.active.peek() !== null) this.focus.active.value = null;
    else this.selection.clear();
  }

  /** Receives new points, and drops state that referred to the old ones by number. */
  #beginAnew(): void {
    const points = this.layout.points.value;
    const before = this.#shown;
    this.#shown = points;
    if (before === null || points === null || keyOf(before) === keyOf(points)) return;
    this.hover.close();
    this.focus.active.value = null;
    this.line.value = [];
  }
}

function keyOf(points: Points): string {
  return points.layers.map(({ name, count }) => `${name} ${count}`).join("\n");
}
