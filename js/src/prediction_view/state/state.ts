/** State of one prediction: the image and the class, the components in an order or at a place, and the open one. */
import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type {
  DetailResult,
  ExplainHeatmapResult,
  ExplainParams,
  ExplainResult,
  ExplainRowsResult,
  Order,
} from "../../generated/protocol";
import type { PredictionViewTraits } from "../../generated/traits";
import { unpack } from "../../kernel/columns";
import { type Neuron, Pointing } from "../../kernel/link";
import type { KernelStatus, Kind, Params, ViewProps } from "../../kernel/types";
import { componentNamed } from "../../neurons/component_name";
import { whyNotAnImage } from "../../neurons/query/image_file";
import { Query } from "../../neurons/query/query";
import { OpenedNeuron } from "../../neurons/state/opened";
import { Undo, watchedTraits } from "../../neurons/state/undo";
import { Failures, isSuperseded } from "../../ui/state/failures";
import { latest, type SignalsOf, Synced, statusOf, whileAlive } from "../../ui/state/synced";
import { Steering } from "./steering";

const SUBJECT = [
  "layer",
  "sample",
  "picture",
  "class_name",
  "contrast_class",
  "contrast_sample",
  "contrast_picture",
] as const;
/** Rows at first, and with every click on "more". */
const STEP = 20;
/** Effects that are asked for together: each takes a run of the model. */
const EFFECTS = 5;
const DEBOUNCE = 120;

export interface Shown extends ExplainResult {
  subject: ExplainParams;
  /** Of the image, and of a second one. */
  pictures: (Blob | null)[];
}

interface Heat extends ExplainHeatmapResult {
  component: number;
  files: (Blob | null)[];
}

export class PredictionState {
  readonly traits: SignalsOf<PredictionViewTraits>;
  readonly failures: Failures;
  readonly status: Signal<KernelStatus>;
  readonly query: Query;
  readonly undo: Undo;
  readonly steering: Steering;
  readonly opened: OpenedNeuron<Neuron, DetailResult>;
  /** The last explanation; null before the first. */
  readonly shown: Signal<Shown | null> = signal(null);
  /** True while another explanation is awaited. */
  readonly awaited: Signal<boolean> = signal(true);
  readonly rows: Signal<(ExplainRowsResult & { at: readonly number[] }) | null> = signal(null);
  readonly effects: Signal<ReadonlyMap<number, number | null>> = signal(new Map());
  readonly heat: Signal<Heat | null> = signal(null);
  readonly hasQuery: ReadonlySignal<boolean>;
  /** The order of the rows, for what can be ordered so. */
  readonly by: ReadonlySignal<Order>;
  /** The open component in the layer that is shown; null for none. */
  readonly component: ReadonlySignal<number | null>;
  readonly #n: Signal<number> = signal(STEP);
  readonly #synced: Synced<PredictionViewTraits>;
  readonly #pointing: Pointing;
  readonly #asked = { explain: latest(), rows: latest() };

  constructor(
    private readonly props: ViewProps<PredictionViewTraits>,
    debounce = DEBOUNCE,
  ) {
    const { kernel, model, link, signal: lifetime } = props;
    this.#synced = new Synced<PredictionViewTraits>(model, lifetime);
    this.traits = this.#synced.signals;
    const { traits } = this;
    this.failures = new Failures(lifetime, model);
    const { failures } = this;
    this.status = statusOf(kernel, lifetime);
    this.#pointing = new Pointing(link);
    this.query = new Query({ kernel, traits: this.#synced, failures, lifetime, debounce });
    this.undo = new Undo({
      watched: watchedTraits(this.#synced as never, [...SUBJECT, "factors", "place", "component"]),
      isChanging: this.query.isTyping,
      lifetime,
    });
    this.hasQuery = computed(() => traits.query.value !== "" || traits.query_image.value !== "");
    this.by = computed(() => this.#possible(traits.by.value));
    this.component = computed(() => this.#componentNamed(traits.component.value));
    this.opened = new OpenedNeuron(
      ({ layer, component }) =>
        kernel.request("detail", { layer, component }, { slot: "detail", signal: lifetime }),
      failures,
      "The examples could not be loaded",
    );
    const around = { kernel, traits: this.#synced, failures, lifetime };
    const steerable = computed(() =>
      this.shown.value?.has_model && this.canChoose ? this.shown.value.subject : null,
    );
    this.steering = new Steering(around, steerable);
    whileAlive(
      lifetime,
      () => {
        const subject = this.#subject();
        void traits.attributed.value;
        void failures.attempt.value;
        this.#asked.explain(() => void this.#explain(subject));
      },
      () => {
        const { shown, by, component } = this;
        const wanted = [shown.value, by.value, this.#n.value, component.value, traits.place.value];
        void [traits.query.value, traits.query_image.value, wanted];
        this.#asked.rows(() => void this.#loadRows());
      },
      () => void this.#loadHeat(this.shown.value, this.component.value),
      () => void this.#open(this.component.value),
      () => this.#orderByQuery(this.hasQuery.value),
    );
  }

  /** True while another image or class can be chosen. */
  get canChoose(): boolean {
    return this.status.value !== "kept";
  }

  chooseLayer(layer: string): void {
    batch(() => {
      this.#synced.write("place", []);
      this.#synced.write("layer", layer);
    });
  }

  chooseOrder(by: Order): void {
    this.#synced.write("by", by);
  }

  chooseSample(sample: number): void {
    this.#change({ sample, picture: "", place: [] });
  }

  /** Explains the class; the predicted one for "". */
  chooseClass(class_name: string): void {
    this.#change({ class_name });
  }

  /** Contrasts with a class, with a sample, with the picture of a handle, or with nothing. */
  contrastWith(other: string | number | null, contrast_picture = ""): void {
    this.#change({
      contrast_class: typeof other === "string" ? other : "",
      contrast_sample: typeof other === "number" ? other : null,
      contrast_picture,
      by: other || other === 0 || contrast_picture ? "difference" : "relevance",
    });
  }

  /** Explains an image file, or contrasts with it; what is shown stays if it cannot be read. */
  async useFile(file: File, contrasts = false): Promise<void> {
    const failed = `The image could not be ${contrasts ? "contrasted with" : "explained"}`;
    const why = whyNotAnImage(file);
    if (why !== null) return this.failures.report(failed, why);
    if (!this.traits.has_model.peek() || this.status.peek() === "kept")
      return this.failures.report(failed, "only images of the lens can be shown without the model");
    try {
      const buffers = [await file.arrayBuffer()];
      const options = { slot: "file", signal: this.props.signal, buffers };
      const { result } = await this.props.kernel.request("explain_image", { name: file.name }, options);
      if (contrasts) this.contrastWith(null, result.handle);
      else this.#change({ sample: null, picture: result.handle, place: [] });
    } catch (error) {
      this.failures.report(failed, error);
    }
  }

  lookAt(place: readonly [number, number] | null): void {
    this.#synced.write("place", place === null ? [] : [...place]);
  }

  /** Opens a component, or closes it if it is the open one; linked views select it. */
  choose(component: number, name: string): void {
    if (this.component.peek() === component) {
      this.close();
      return;
    }
    batch(() => {
      this.#synced.write("component", name);
      this.#synced.write("selection", [name]);
    });
    this.#pointing.visit({ layer: this.traits.layer.peek(), component });
  }

  /** Opens the component so many rows further. */
  step(by: number): void {
    const rows = this.rows.peek()?.rows ?? [];
    const place = rows.findIndex(({ component }) => component === this.component.peek());
    const next = rows[place + by];
    if (next !== undefined) this.choose(next.component, next.name);
  }

  close(): void {
    this.#synced.write("component", "");
  }

  clearSelection(): void {
    this.#synced.write("selection", []);
  }

  hover(component: number | null): void {
    this.#pointing.hover(component === null ? null : { layer: this.traits.layer.peek(), component });
  }

  more(): void {
    this.#n.value += STEP;
  }

  #change(values: Partial<PredictionViewTraits>): void {
    batch(() => {
      for (const [name, value] of Object.entries(values)) this.#synced.write(name as never, value as never);
    });
  }

  #subject(): ExplainParams {
    const named = SUBJECT.map((name) => [name, this.traits[name].value]);
    return { asking: this.traits.asking.value, ...Object.fromEntries(named) };
  }

  #possible(by: Order): Order {
    if (by === "alignment" && !this.hasQuery.value) return "relevance";
    return by === "difference" && this.shown.value?.contrast === null ? "relevance" : by;
  }

  #orderByQuery(hasQuery: boolean): void {
    const by = this.traits.by.peek();
    if (hasQuery && by !== "alignment") this.#synced.write("by", "alignment");
    if (!hasQuery && by === "alignment") this.#synced.write("by", "relevance");
  }

  #componentNamed(name: string): number | null {
    const shown = this.shown.value;
    return shown && componentNamed(name, shown.subject.layer, shown.n_components, shown.signed);
  }

  /** Sends a request, which aborts the one of its kind before. */
  #request<Name extends Kind>(kind: Name, params: Params<Name>) {
    const { kernel, signal } = this.props;
    return kernel.request(kind, params, { slot: kind, signal });
  }

  async #explain(subject: ExplainParams): Promise<void> {
    this.awaited.value = true;
    try {
      const { result, buffers } = await this.#request("explain", subject);
      batch(() => {
        this.effects.value = new Map();
        this.#n.value = STEP;
        this.shown.value = { ...result, subject, pictures: buffers.map(fileOf) };
        this.awaited.value = false;
      });
    } catch (error) {
      if (isSuperseded(error)) return;
      this.awaited.value = false;
      const failed = "The image could not be explained";
      const shown = this.shown.peek();
      if (shown === null) return this.failures.missing(failed, error);
      this.failures.report(failed, error);
      // What is shown stays, so that nothing is lost.
      for (const name of SUBJECT) this.#synced.write(name, shown.subject[name] as never);
    }
  }

  async #loadRows(): Promise<void> {
    const shown = this.shown.peek();
    if (shown === null) return;
    const { query, query_image, place } = this.traits;
    const component = this.component.peek();
    const params = {
      ...shown.subject,
      by: this.by.peek(),
      query: query.peek(),
      query_image: query_image.peek(),
      place: place.peek(),
      n: this.#n.peek(),
      also: component === null ? [] : [component],
    };
    try {
      const { result } = await this.#request("explain_rows", params);
      this.rows.value = { ...result, at: params.place };
      // Rows at a place show no effects, which would keep the model from the next click.
      if (params.place.length === 0) void this.#loadEffects(shown, result);
    } catch (error) {
      if (isSuperseded(error)) return;
      if (params.place.length > 0) this.lookAt(null);
      this.failures.missing("The neurons could not be loaded", error);
    }
  }

  async #loadEffects(shown: Shown, { rows, also }: ExplainRowsResult): Promise<void> {
    if (!shown.has_model) return;
    const wanted = [...also, ...rows].map(({ component }) => component);
    const missing = [...new Set(wanted)].filter((component) => !this.effects.peek().has(component));
    for (let start = 0; start < missing.length; start += EFFECTS) {
      const components = missing.slice(start, start + EFFECTS);
      try {
        const params = { ...shown.subject, components };
        const { result } = await this.#request("explain_effects", params);
        if (this.shown.peek() !== shown) return;
        const found = components.map((one, at) => [one, result.effects[at] ?? null] as const);
        this.effects.value = new Map([...this.effects.peek(), ...found]);
      } catch (error) {
        return this.failures.report("Some effects could not be measured", error);
      }
    }
  }

  async #loadHeat(shown: Shown | null, component: number | null): Promise<void> {
    if (component === null || shown === null || shown.grid === null) {
      this.heat.value = null;
      return;
    }
    try {
      const params = { ...shown.subject, component };
      const { result, buffers } = await this.#request("explain_heatmap", params);
      this.heat.value = { ...result, component, files: buffers.map(fileOf) };
    } catch (error) {
      this.failures.report("The heat map could not be loaded", error);
    }
  }

  #open(component: number | null): void {
    if (component === null) this.opened.close();
    else void this.opened.open({ layer: this.traits.layer.peek(), component });
  }
}

function fileOf(buffer: DataView): Blob | null {
  return unpack(buffer, [0, buffer.byteLength])[0] ?? null;
}
