/**
 * State and behaviour of the audit table, without the DOM.
 *
 * Two kinds of state meet here. *Synced*: class, requirements, limits, layer and selection are traits (`ui/state`);
 * a change by the browser or by a cell reaches both. *View* state: order, filter, active row, open neuron; it never
 * leaves the browser. `current_class.ts` and `classes.ts` hold the requests about a class.
 */

import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { AuditRequests } from "../../audits/audit_requests";
import { verdictBefore } from "../../audits/before_audit";
import { asked, type ClassAudit, ordered, type Sorting, type SortKey } from "../../audits/class_audit";
import { KnownClasses } from "../../audits/known_classes";
import type { Verdict } from "../../audits/verdicts";
import type { AgreementResult, ExportParams } from "../../generated/protocol";
import type { AuditTableTraits } from "../../generated/traits";
import { bytes } from "../../kernel/columns";
import type { Link, Neuron } from "../../kernel/link";
import type { Kernel, KernelStatus, Progress, State } from "../../kernel/types";
import { CardStore } from "../../neurons/cards";
import { Explaining } from "../../neurons/explain";
import { NeuronLabels } from "../../neurons/labels/neuron_labels";
import { Focus } from "../../neurons/state/focus";
import { Selection, type SelectMode } from "../../neurons/state/selection";
import { Failures } from "../../ui/state/failures";
import type { Schedule } from "../../ui/state/frame_batch";
import { type SignalsOf, Synced, statusOf, whileAlive } from "../../ui/state/synced";
import { Ablation } from "./ablation";
import { Before } from "./before";
import { Classes } from "./classes";
import { CurrentClass } from "./current_class";
import { OpenedSamples } from "./opened";

interface AuditTableOptions {
  kernel: Kernel;
  model: State<AuditTableTraits>;
  signal: AbortSignal;
  link?: Link;
  /** Failures, classes and verdicts of a view that contains this table. */
  within?: { failures: Failures; classes: KnownClasses; auditRequests: AuditRequests };
  schedule?: Schedule;
}

export class AuditTable {
  readonly traits: SignalsOf<AuditTableTraits>;
  readonly failures: Failures;
  readonly focus: Focus;
  readonly classes: Classes;
  readonly current: CurrentClass;
  readonly cards: CardStore;
  readonly labels: NeuronLabels;
  readonly selection: Selection;
  readonly opened: OpenedSamples;
  readonly ablation: Ablation;
  readonly before: Before;
  readonly explaining: Explaining;

  readonly audit: Signal<ClassAudit | null> = signal(null);
  /** Progress of judging by the samples of classes, or of labels; null for neither. */
  readonly doing: ReadonlySignal<Progress | null>;
  readonly sorting: Signal<Sorting> = signal({ key: "share", descending: true });
  /** True while all classes are shown in place of one. */
  readonly overview: Signal<boolean> = signal(false);
  readonly hidden: Signal<ReadonlySet<Verdict>> = signal(new Set());
  /** Components whose verdict an earlier audit has otherwise. */
  readonly changed: ReadonlySignal<ReadonlySet<number>>;
  /** Texts that the unexpected neurons share; null until they are asked for. */
  readonly agreement: Signal<AgreementResult | "waiting" | null> = signal(null);
  readonly onlyChanged: Signal<boolean> = signal(false);
  /** Component by place. */
  readonly order: ReadonlySignal<Uint32Array>;
  readonly status: Signal<KernelStatus>;

  readonly #kernel: Kernel;
  readonly #lifetime: AbortSignal;
  readonly #synced: Synced<AuditTableTraits>;

  constructor(options: AuditTableOptions) {
    const { kernel, model, signal: lifetime, link, within, schedule } = options;
    this.#kernel = kernel;
    this.#lifetime = lifetime;
    const traits = new Synced<AuditTableTraits>(model, lifetime);
    this.#synced = traits;
    this.traits = traits.signals;
    const failures = within?.failures ?? new Failures(lifetime, model);
    this.failures = failures;
    this.status = statusOf(kernel, lifetime);
    this.explaining = new Explaining({ kernel, failures, link, linked: this.traits.linked });
    const known = within?.classes ?? new KnownClasses({ kernel, traits, failures, lifetime });
    this.classes = new Classes({ kernel, traits, failures, lifetime, classes: known });
    const auditRequests = within?.auditRequests ?? new AuditRequests(kernel, lifetime);
    const { classes } = this;
    const show = (audit: ClassAudit) => this.#show(audit);
    this.current = new CurrentClass({ traits, failures, lifetime, classes, auditRequests, show });
    this.before = new Before({ kernel, traits, failures, lifetime, shown: this.audit });
    this.changed = computed(() => this.#differing());
    this.order = computed(() => this.#placed());
    const layer = () => this.audit.peek()?.layer ?? this.traits.layer.peek();
    const onFailure = (error: unknown) => failures.missing("Some neurons could not be loaded", error);
    const scheduled = schedule === undefined ? {} : { schedule };
    this.cards = new CardStore({ kernel, layer, signal: lifetime, onFailure, ...scheduled });
    const { vocabulary_info: vocabulary } = this.traits;
    this.labels = new NeuronLabels({ kernel, vocabulary, layer, lifetime, failures, ...scheduled });
    this.doing = computed(
      () => auditRequests.progress.value ?? classes.judging.value ?? this.labels.progress.value,
    );
    this.selection = new Selection(traits, this.cards);
    this.opened = new OpenedSamples(kernel, failures, lifetime);
    this.ablation = new Ablation({ kernel, traits, failures, lifetime, className: this.current.className });
    const open = (neuron: Neuron) => this.#open(neuron);
    const shown = computed(() => {
      const layer = this.audit.value?.layer;
      return layer === undefined ? null : { layer, order: this.order.value };
    });
    this.focus = new Focus({ shown, opened: this.opened, open, link, lifetime });
    whileAlive(lifetime, () => {
      if (this.traits.revision.value === 0) return;
      this.cards.clear();
      this.labels.startOver();
    });
  }

  chooseLayer(layer: string): void {
    this.#synced.write("layer", layer);
  }

  chooseClass(name: string): void {
    this.#synced.write("class_name", name);
  }

  toggleOverview(): void {
    this.overview.value = !this.overview.peek();
  }

  allow(maxSpurious: number): void {
    this.#synced.write("max_spurious", maxSpurious);
  }

  setThreshold(threshold: number): void {
    this.#synced.write("threshold", threshold);
  }

  judgeWithin(withinClass: boolean): void {
    this.#synced.write("within_class", withinClass);
  }

  /** Sorts by a column; a second call reverses the order. Numbers start with the highest, neurons with the first. */
  sortBy(key: SortKey): void {
    const { key: before, descending } = this.sorting.peek();
    const usual = key !== "component" && key !== "verdict";
    this.sorting.value = { key, descending: key === before ? !descending : usual };
    this.#beginAnew();
  }

  toggleVerdict(verdict: Verdict): void {
    const hidden = new Set(this.hidden.peek());
    if (!hidden.delete(verdict)) hidden.add(verdict);
    this.hidden.value = hidden;
    this.#beginAnew();
  }

  toggleOnlyChanged(): void {
    this.onlyChanged.value = !this.onlyChanged.peek();
    this.#beginAnew();
  }

  showAll(): void {
    this.hidden.value = new Set();
    this.#beginAnew();
  }

  select(place: number, mode: SelectMode): void {
    this.focus.visit(place);
    void this.selection.select({ order: this.order.peek() }, place, mode);
  }

  toggleAblated(place: number): void {
    const component = this.order.peek()[place];
    if (component !== undefined && this.classes.known.peek()?.can_ablate)
      this.ablation.toggle(this.nameOf(component));
  }

  /** Returns a component's full name, such as "bn2:12". */
  nameOf(component: number): string {
    const layer = this.audit.peek()?.layer ?? this.traits.layer.peek();
    return this.cards.get(component)?.name ?? `${layer}:${component}`;
  }

  /** Handles Esc: closes the details first, then clears the filter, then the selection. */
  escape(): void {
    if (this.opened.current.peek() !== null) this.opened.close();
    else if (this.hidden.peek().size > 0) this.showAll();
    else this.selection.clear();
  }

  /** Requests the audit as a file, which only the kernel can write. */
  async exported(format: ExportParams["format"]): Promise<ArrayBuffer> {
    const { layer, requirements, threshold, within_class, max_spurious } = this.traits;
    const params = {
      layer: layer.peek(),
      requirements: requirements.peek(),
      threshold: threshold.peek(),
      within_class: within_class.peek(),
      max_spurious: max_spurious.peek(),
      format,
      ablation: this.ablation.measured.peek()?.asked ?? null,
    };
    const { buffers } = await this.#kernel.request("audit_export", params, { signal: this.#lifetime });
    return bytes(buffers[0]);
  }

  /** Requests the texts that the unexpected neurons of the class that is shown share. */
  async askAgreement(audit: ClassAudit): Promise<void> {
    const options = { slot: "agreement", signal: this.#lifetime };
    this.agreement.value = "waiting";
    try {
      const { result } = await this.#kernel.request("audit_agreement", asked(audit), options);
      this.agreement.value = this.audit.peek() === audit ? result : null;
    } catch (error) {
      this.agreement.value = null;
      this.failures.report("The shared words could not be counted", error);
    }
  }

  /** Requests a list of the samples behind the spurious and ambiguous neurons of a class, as CSV. */
  async suspectSamples(audit: ClassAudit): Promise<ArrayBuffer> {
    const params = asked(audit);
    const { buffers } = await this.#kernel.request("audit_suspects", params, { signal: this.#lifetime });
    return bytes(buffers[0]);
  }

  /** Requests words that begin with a text; returns none when the kernel fails. */
  async complete(text: string): Promise<readonly string[]> {
    try {
      const options = { slot: "complete", signal: this.#lifetime };
      const vocabulary = this.traits.vocabulary_info.peek()?.key ?? "";
      const { result } = await this.#kernel.request("complete", { text, vocabulary }, options);
      return result.words;
    } catch {
      return [];
    }
  }

  #placed(): Uint32Array {
    const audit = this.audit.value;
    if (audit === null) return new Uint32Array();
    const order = ordered(audit, this.sorting.value, this.hidden.value);
    if (!this.onlyChanged.value || this.changed.value.size === 0) return order;
    return order.filter((component) => this.changed.value.has(component));
  }

  #differing(): ReadonlySet<number> {
    const [audit, before] = [this.audit.value, this.before.audit.value];
    if (audit === null || before === null) return new Set();
    const all = Array.from({ length: audit.n }, (_, component) => component);
    return new Set(all.filter((component) => verdictBefore(audit, before, component) !== null));
  }

  #show(audit: ClassAudit): void {
    const before = this.audit.peek();
    const active = this.order.peek()[this.focus.active.peek() ?? -1];
    batch(() => {
      if (before?.layer !== audit.layer) this.#leaveLayer();
      if (before?.className !== audit.className) this.opened.close();
      this.audit.value = audit;
      this.agreement.value = null;
      this.selection.forgetRange();
      this.focus.active.value = before?.className === audit.className ? this.focus.placeOf(active) : null;
    });
  }

  #leaveLayer(): void {
    this.cards.clear();
    this.labels.clear();
    this.opened.close();
  }

  #beginAnew(): void {
    this.focus.active.value = null;
    this.selection.forgetRange();
  }

  #open(neuron: Neuron): void {
    const className = this.audit.peek()?.className;
    if (className !== undefined) void this.opened.open({ ...neuron, className });
  }
}
