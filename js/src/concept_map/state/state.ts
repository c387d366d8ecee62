/**
 * All that the map knows and does, without a single DOM node.
 *
 * Two kinds of state meet here. *Synced*: layer, query, encoding, selection, camera are traits (`ui/synced.ts`); whoever
 * changes them, the browser or a cell, both see it. *View* state: what the pointer is over, the filter, the active point;
 * it never leaves the browser. Positions and colours are asked for separately (`layout.ts`, `colours.ts`).
 */

import { effect, type Signal, signal } from "@preact/signals";
import { Judgements } from "../../audits/judgements";
import { KnownClasses } from "../../audits/known_classes";
import type { Link } from "../../kernel/link";
import type { Kernel, KernelStatus, State } from "../../kernel/types";
import { Query } from "../../neurons/query/query";
import { Failures } from "../../ui/failures/failures";
import type { Schedule } from "../../ui/frame_batch";
import { type SignalsOf, Synced } from "../../ui/synced";
import { Sight } from "../camera/sight";
import { AuditedClass } from "../colours/audited";
import { Colours } from "../colours/colours";
import { type Filter, filterOf, letThrough } from "../colours/filter";
import { Layout } from "../points/layout";
import { nameOf, type Points } from "../points/points";
import { type Probe, probeOf } from "../points/probe";
import type { Point } from "../points/space";
import { type ChooseMode, Chosen } from "./chosen";
import { Focus } from "./focus";
import { Hover } from "./hover";
import { Neurons } from "./neurons";
import type { ConceptMapTraits, EncodingName } from "./protocol";

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

export class ConceptMap {
  readonly traits: SignalsOf<ConceptMapTraits>;
  readonly query: Query;
  readonly failures: Failures;
  readonly layout: Layout;
  readonly classes: KnownClasses;
  readonly audited: AuditedClass;
  readonly judgements: Judgements;
  readonly colours: Colours;
  readonly neurons: Neurons;
  readonly chosen: Chosen;
  readonly hover: Hover;
  readonly probe: Signal<Probe | null>;
  readonly sight: Sight;
  readonly focus: Focus;

  readonly status: Signal<KernelStatus>;
  readonly filter: Signal<Filter>;
  readonly tool: Signal<Tool> = signal("pan");
  /** The line of a lasso that is being drawn, in pixels. */
  readonly line: Signal<readonly Point[]> = signal([]);
  /** What has just happened, for those who cannot see it. */
  readonly said: Signal<string> = signal("");
  /** Grows when the user asks for everything that is missing to be asked for again. */
  readonly attempt = signal(0);

  private readonly synced: Synced<ConceptMapTraits>;
  /** What the legend lets through, where it filters at all. */
  private readonly isShown: () => ((point: number) => boolean) | undefined;
  private shown: Points | null = null;

  constructor(options: ConceptMapOptions) {
    const { kernel, model, signal: lifetime, link, debounce = DEBOUNCE, schedule } = options;
    this.synced = new Synced<ConceptMapTraits>(model, lifetime);
    const traits = this.synced;
    this.traits = traits.signals;
    this.failures = new Failures(lifetime);
    const { failures } = this;
    this.status = signal(kernel.status);
    this.hover = new Hover(lifetime);
    const onAsk = () => traits.write("encoding", "alignment");
    this.query = new Query({ kernel, traits, failures, lifetime, debounce, onAsk });
    this.layout = new Layout({ kernel, traits, failures, lifetime });
    const { points } = this.layout;
    this.sight = new Sight(traits, points, lifetime);
    this.classes = new KnownClasses({ kernel, traits, failures, lifetime });
    this.audited = new AuditedClass(traits, this.classes);
    this.judgements = new Judgements(kernel, lifetime);
    const { audited, judgements } = this;
    this.colours = new Colours({ kernel, traits, failures, lifetime, points, audited, judgements });
    const { colouring } = this.colours;
    this.filter = filterOf(colouring, lifetime);
    this.isShown = () => letThrough(this.filter.peek(), colouring.peek());
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
    this.chosen = new Chosen({ traits, points, isShown: this.isShown, say });
    const { sight, hover, neurons } = this;
    this.focus = new Focus({ points, sight, hover, neurons, isShown: this.isShown, link, lifetime });
    this.live(kernel, lifetime);
  }

  chooseLayer(layer: string): void {
    this.synced.write("layer", layer);
  }

  chooseEncoding(encoding: EncodingName): void {
    this.synced.write("encoding", encoding);
  }

  /** The point under a place of the view, within a few pixels; points that the legend has switched off are not there. */
  pointAt(place: Point, pixels = 14): number | null {
    const points = this.layout.points.peek();
    return points === null ? null : this.sight.pointAt(points, place, pixels, this.isShown());
  }

  choose(point: number, mode: ChooseMode): void {
    this.focus.visit(point);
    this.chosen.choose(point, mode);
  }

  /** Colours by likeness to a point: "like #12"; on a map of several layers a number alone names no neuron. */
  likePoint(point: number): void {
    const points = this.layout.points.peek();
    if (points !== null && points.layers.length === 1) this.query.like(nameOf(points, point));
  }

  /** Esc: first the line being drawn, then the tool, the card, the active point, the selection. */
  escape(): void {
    if (this.line.peek().length > 0) this.line.value = [];
    else if (this.tool.peek() !== "pan") this.tool.value = "pan";
    else if (this.hover.card.peek() !== null) this.hover.close();
    else if (this.focus.active.peek() !== null) this.focus.active.value = null;
    else this.chosen.clear();
  }

  /** Says that something on a card is missing, and how to get it. */
  missing(what: string, error: unknown): void {
    this.failures.report(what, error, () => {
      this.attempt.value += 1;
    });
  }

  private live(kernel: Kernel, lifetime: AbortSignal): void {
    kernel.onStatus((status) => {
      this.status.value = status;
    }, lifetime);
    const stops = [
      effect(() => this.beginAnew()),
      effect(() => {
        if (this.traits.revision.value > 0) this.neurons.clear();
      }),
    ];
    lifetime.addEventListener("abort", () => {
      for (const stop of stops) stop();
    });
  }

  /** Other points: what referred to the old ones by number means nothing now. */
  private beginAnew(): void {
    const points = this.layout.points.value;
    const before = this.shown;
    this.shown = points;
    if (before === null || points === null || keyOf(before) === keyOf(points)) return;
    this.hover.close();
    this.focus.active.value = null;
    this.line.value = [];
  }
}

function keyOf(points: Points): string {
  return points.layers.map(({ name, count }) => `${name} ${count}`).join("\n");
}
