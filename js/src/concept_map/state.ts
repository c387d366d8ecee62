/**
 * All that the map knows and does, without a single DOM node.
 *
 * Two kinds of state meet here. *Synced*: layer, query, encoding, selection, camera are traits (`synced.ts`); whoever
 * changes them, the browser or a cell, both see it. *View* state: what the pointer is over, the filter, the active point;
 * it never leaves the browser. Positions and colours are asked for separately (`layout.ts`, `colours.ts`).
 */
import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type Link, type Neuron, Pointing } from "../kernel/link";
import type { Kernel, KernelStatus, State } from "../kernel/types";
import { Failures } from "../ui/failures";
import type { Schedule } from "../ui/frame_batch";
import { Judgements } from "../ui/judgements";
import { Query } from "../ui/query";
import { AuditedClass } from "./audited";
import { type Camera, clamped, HOME, revealing, toMap, type Viewport, viewport } from "./camera";
import { type ChooseMode, Chosen } from "./chosen";
import { Colours } from "./colours";
import { type Filter, passes } from "./filter";
import { Hover } from "./hover";
import { Layout } from "./layout";
import { Neurons } from "./neurons";
import type { Direction } from "./point_grid";
import { hasPlace, nameOf, neuronOf, type Points, placeOf, pointOf, samePlaces } from "./points";
import { type Probe, probeOf } from "./probe";
import type { ConceptMapTraits, EncodingName } from "./protocol";
import { type Point, unitsToSteps } from "./space";
import { SyncedTraits, type TraitSignals } from "./synced";

export interface ConceptMapOptions {
  kernel: Kernel;
  model: State<ConceptMapTraits>;
  signal: AbortSignal;
  link?: Link;
  debounce?: number;
  schedule?: Schedule;
}

/** What dragging does: move the map, or draw around points. */
export type Tool = "pan" | "lasso" | "box";

const DEBOUNCE = 120;
const CAMERA_SAVED_AFTER = 250;

export class ConceptMap {
  readonly traits: TraitSignals;
  readonly query: Query;
  readonly failures: Failures;
  readonly layout: Layout;
  readonly audited: AuditedClass;
  readonly judgements: Judgements;
  readonly colours: Colours;
  readonly neurons: Neurons;
  readonly chosen: Chosen;
  readonly hover: Hover;
  readonly probe: Signal<Probe | null>;
  /** The point that is pointed at in another view. */
  readonly pointed: ReadonlySignal<number | null>;

  readonly status: Signal<KernelStatus>;
  readonly camera: Signal<Camera>;
  /** Where the camera is on its way to. */
  readonly goal: Signal<Camera | null> = signal(null);
  /** The size of the view in CSS pixels. */
  readonly size: Signal<{ width: number; height: number }> = signal({ width: 0, height: 0 });
  readonly view: ReadonlySignal<Viewport>;
  readonly filter: Signal<Filter> = signal(null);
  readonly tool: Signal<Tool> = signal("pan");
  /** The point that the keys act on. */
  readonly active: Signal<number | null> = signal(null);
  /** The line of a lasso that is being drawn, in pixels. */
  readonly line: Signal<readonly Point[]> = signal([]);
  /** What has just happened, for those who cannot see it. */
  readonly said: Signal<string> = signal("");
  /** Grows when the user asks for everything that is missing to be asked for again. */
  readonly attempt = signal(0);

  private readonly synced: SyncedTraits;
  private readonly pointing: Pointing;
  private saving: ReturnType<typeof setTimeout> | undefined;
  private looked = false;
  private shown: Points | null = null;
  private filtered = "";

  constructor(options: ConceptMapOptions) {
    const { kernel, model, signal: lifetime, link, debounce = DEBOUNCE, schedule } = options;
    this.synced = new SyncedTraits(model, lifetime);
    const traits = this.synced;
    this.traits = traits.signals;
    this.failures = new Failures(lifetime);
    const { failures } = this;
    this.status = signal(kernel.status);
    this.camera = signal(fromTrait(this.traits.camera.peek()));
    this.hover = new Hover(lifetime);
    const onAsk = () => traits.write("encoding", "alignment");
    this.query = new Query({ kernel, traits, failures, lifetime, debounce, onAsk });
    this.layout = new Layout({ kernel, traits, failures, lifetime });
    const { points } = this.layout;
    this.pointing = new Pointing(link);
    this.pointed = computed(() => pointIn(points.value, this.pointing.hovered.value));
    this.audited = new AuditedClass({ kernel, traits, failures, lifetime });
    this.judgements = new Judgements(kernel, lifetime);
    const { audited, judgements } = this;
    this.colours = new Colours({ kernel, traits, failures, lifetime, points, audited, judgements });
    this.probe = probeOf(kernel, traits, points, lifetime);
    this.neurons = new Neurons({
      kernel,
      signal: lifetime,
      onFailure: (error) => this.missing("Some neurons could not be loaded", error),
      ...(schedule === undefined ? {} : { schedule }),
    });
    const say = (text: string) => {
      this.said.value = text;
    };
    this.chosen = new Chosen({ traits, points, isShown: () => this.isShown(), say });
    this.view = computed(() => {
      const { width, height } = this.size.value;
      return viewport(width, height, points.value?.space ?? { sx: 1, sy: 1 });
    });
    this.live(kernel, lifetime);
  }

  chooseLayer(layer: string): void {
    this.synced.write("layer", layer);
  }

  chooseEncoding(encoding: EncodingName): void {
    this.synced.write("encoding", encoding);
  }

  /** Looks elsewhere, because the user did so. */
  look(camera: Camera): void {
    this.looked = true;
    this.camera.value = camera;
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.synced.write("camera", asTrait(camera)), CAMERA_SAVED_AFTER);
  }

  /** Looks elsewhere, on the way there showing how to get there. */
  flyTo(camera: Camera): void {
    this.goal.value = clamped(camera);
  }

  /** The point under a place of the view, within a few pixels; points that the legend has switched off are not there. */
  pointAt(place: Point, pixels = 14): number | null {
    const points = this.layout.points.peek();
    if (points === null) return null;
    const camera = this.camera.peek();
    const view = this.view.peek();
    const steps = unitsToSteps(points.space, toMap(camera, view, place));
    return points.grid.nearest(steps, pixels / (view.fit * camera.zoom), this.isShown());
  }

  choose(point: number, mode: ChooseMode): void {
    this.visit(point);
    this.chosen.choose(point, mode);
  }

  /** Colours by likeness to a point: "like #12"; on a map of several layers a number alone names no neuron. */
  likePoint(point: number): void {
    const points = this.layout.points.peek();
    if (points !== null && points.layers.length === 1) this.query.like(nameOf(points, point));
  }

  /** The arrows: from point to nearest neighbour; the first one is the nearest to the middle of the view. */
  step(direction: Direction): void {
    const points = this.layout.points.peek();
    if (points === null) return;
    const { grid, space } = points;
    const from = this.active.peek();
    const { x, y } = this.camera.peek();
    const next =
      from === null
        ? grid.nearest(unitsToSteps(space, [x, y]), Infinity, this.isShown())
        : grid.neighbour(from, direction, this.isShown());
    if (next !== null) this.activate(points, next);
  }

  /** Esc: first the line being drawn, then the tool, the card, the active point, the selection. */
  escape(): void {
    if (this.line.peek().length > 0) this.line.value = [];
    else if (this.tool.peek() !== "pan") this.tool.value = "pan";
    else if (this.hover.card.peek() !== null) this.hover.close();
    else if (this.active.peek() !== null) this.active.value = null;
    else this.chosen.clear();
  }

  /** Makes a point the one that the keys act on, here and in the views beside. */
  visit(point: number): void {
    const points = this.layout.points.peek();
    this.active.value = point;
    if (points !== null) this.pointing.visit(neuronOf(points, point));
  }

  /** Says that something on a card is missing, and how to get it. */
  missing(what: string, error: unknown): void {
    this.failures.report(what, error, () => {
      this.attempt.value += 1;
    });
  }

  private activate(points: Points, point: number): void {
    this.visit(point);
    if (this.hover.pinned.peek()) this.hover.pin(point);
    this.neurons.want(points, point);
    this.look(revealing(this.camera.peek(), this.view.peek(), placeOf(points, point)));
  }

  private isShown(): ((point: number) => boolean) | undefined {
    const filter = this.filter.peek();
    const colouring = this.colours.colouring.peek();
    if (filter === null || colouring === null) return undefined;
    return (point) => passes(colouring, filter, point);
  }

  private live(kernel: Kernel, lifetime: AbortSignal): void {
    kernel.onStatus((status) => {
      this.status.value = status;
    }, lifetime);
    const stops = [
      effect(() => this.pointOut()),
      effect(() => this.followVisit()),
      effect(() => this.followCamera()),
      effect(() => this.beginAnew()),
      effect(() => this.dropFilter()),
      effect(() => {
        if (this.traits.revision.value > 0) this.neurons.clear();
      }),
    ];
    lifetime.addEventListener("abort", () => {
      for (const stop of stops) stop();
      clearTimeout(this.saving);
    });
  }

  private pointOut(): void {
    const points = this.layout.points.peek();
    const point = this.hover.point.value;
    this.pointing.hover(points === null || point === null ? null : neuronOf(points, point));
  }

  /** The neuron that the user went to in another view. */
  private followVisit(): void {
    const points = this.layout.points.peek();
    const point = pointIn(points, this.pointing.visited.value);
    if (points === null || point === null || !hasPlace(points, point)) return;
    this.active.value = point;
    const here = this.camera.peek();
    const there = revealing(here, this.view.peek(), placeOf(points, point));
    if (there.x !== here.x || there.y !== here.y) this.look(there);
  }

  /** A camera that a cell has set. */
  private followCamera(): void {
    const wanted = this.traits.camera.value;
    if (JSON.stringify(wanted) !== JSON.stringify(asTrait(this.camera.peek())))
      this.goal.value = fromTrait(wanted);
  }

  /** Other points: what referred to the old ones by number means nothing now, and neither does where one looked. */
  private beginAnew(): void {
    const points = this.layout.points.value;
    const before = this.shown;
    this.shown = points;
    if (before === null || points === null) return;
    if (this.looked && !samePlaces(before, points)) this.goal.value = HOME;
    if (keyOf(before) === keyOf(points)) return;
    this.hover.close();
    this.active.value = null;
    this.line.value = [];
  }

  private dropFilter(): void {
    const colouring = this.colours.colouring.value;
    const key = `${colouring?.encoding} ${colouring?.query} ${colouring?.values.length} ${colouring?.legend.length}`;
    if (key !== this.filtered) this.filter.value = null;
    this.filtered = key;
  }
}

function pointIn(points: Points | null, neuron: Neuron | null): number | null {
  return points === null || neuron === null ? null : pointOf(points, neuron);
}

function keyOf(points: Points): string {
  return points.layers.map(({ name, count }) => `${name} ${count}`).join("\n");
}

function fromTrait([x = 0.5, y = 0.5, zoom = 1]: number[]): Camera {
  return clamped({ x, y, zoom });
}

/** As many digits as a screen can tell apart. */
function asTrait({ x, y, zoom }: Camera): number[] {
  return [x, y, zoom].map((value) => Number(value.toPrecision(6)));
}
