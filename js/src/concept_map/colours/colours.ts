/** Colours of the points: requested from the kernel, or derived from the map itself. */

import { batch, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import type { AuditRequests } from "../../audits/audit_requests";
import type { Encoding, EncodingParams } from "../../generated/protocol";
import type { ConceptMapTraits } from "../../generated/traits";
import type { RequestOptions } from "../../kernel/types";
import { messageOf } from "../../ui/state/failures";
import { LatestRequest } from "../../ui/state/latest_request";
import { type Around, latest, whileAlive } from "../../ui/state/synced";
import { layersOnMap, type Points } from "../points/points";
import { type AuditedClass, isOfClass } from "./audited";
import {
  type Colouring,
  classColouring,
  clusterColouring,
  decodeColouring,
  layerColouring,
} from "./colouring";

/** Colours that a widget adds to those of every map. */
export interface OwnColours {
  /** The encoding that is shown where no query is asked. */
  usual: Encoding;
  isOwn: (encoding: Encoding) => boolean;
  /** Returns the colours of these points, from signals; null as long as they are not known. */
  colouring: (encoding: Encoding, points: Points) => Colouring | null;
}

interface ColoursOptions extends Around<ConceptMapTraits> {
  points: ReadonlySignal<Points | null>;
  own?: OwnColours | undefined;
  audited: AuditedClass;
  auditRequests: AuditRequests;
}

interface Answer {
  layers: string;
  colouring: Colouring;
}

export class Colours {
  /** The current colouring; null until the first one arrives. */
  readonly colouring: Signal<Colouring | null> = signal(null);
  /** Error about the query or the concepts as typed. */
  readonly queryError: Signal<string | null> = signal(null);
  #answer: Answer | null = null;
  readonly #latest = new LatestRequest();
  readonly waiting = this.#latest.waiting;
  readonly progress = this.#latest.progress;

  constructor(private readonly options: ColoursOptions) {
    const { traits, lifetime, points } = options;
    const soon = latest();
    whileAlive(lifetime, () => {
      const { encoding, query, query_image, revision } = traits.signals;
      layersOnMap(traits.signals);
      for (const trait of [encoding, query, query_image, revision]) void trait.value;
      if (isOfClass(this.effective())) void options.audited.params();
      soon(() => void this.ask());
    });
    whileAlive(
      lifetime,
      () => {
        if (points.value !== null) this.#show(points.value);
      },
      () => this.#followOwn(),
    );
  }

  /** Returns the encoding to show: the trait's, or clusters where it is unavailable. */
  effective(): Encoding {
    const { encoding, query, query_image } = this.options.traits.signals;
    const hasQuery = query.value !== "" || query_image.value !== "";
    if (encoding.value === "alignment" && !hasQuery) return this.options.own?.usual ?? "cluster";
    if (this.options.audited.refusal(encoding.value) !== null) return "cluster";
    if (encoding.value === "layer" && layersOnMap(this.options.traits.signals).length < 2) return "cluster";
    return encoding.value;
  }

  /** Requests the colours for the current traits. */
  async ask(): Promise<void> {
    const params = this.#params();
    if (this.#isLocal(params.encoding) || params.layers.length === 0) return this.#showLocal();
    const { lifetime: signal } = this.options;
    await this.#latest.make({
      request: (onProgress) => this.#request(params, { slot: "encoding", signal, onProgress }),
      onAnswer: (colouring) => this.#take(params, colouring),
      onFailure: (error) => this.#failed(error, params),
    });
  }

  async #request(params: EncodingParams, options: RequestOptions): Promise<Colouring> {
    const { kernel, traits, audited, auditRequests } = this.options;
    const { encoding, query } = params;
    if (!isOfClass(encoding)) {
      const reply = await kernel.request("encoding", params, options);
      return decodeColouring(reply, encoding, query);
    }
    const attributed = traits.signals.attributed.peek();
    return classColouring(await auditRequests.ask("colours", audited.params(), attributed), encoding);
  }

  #params(): EncodingParams {
    const { traits } = this.options;
    const { query, query_image } = traits.signals;
    return {
      layers: layersOnMap(traits.signals),
      encoding: this.effective(),
      query: query.peek(),
      query_image: query_image.peek(),
    };
  }

  #take(params: EncodingParams, colouring: Colouring): void {
    batch(() => {
      this.#answer = { layers: params.layers.join("\n"), colouring };
      this.queryError.value = null;
      const points = this.options.points.peek();
      if (points !== null) this.#show(points);
    });
  }

  #showLocal(): void {
    batch(() => {
      this.#answer = null;
      this.queryError.value = null;
      this.#latest.drop();
      const points = this.options.points.peek();
      if (points !== null) this.#show(points);
    });
  }

  /** Returns the colouring of these points: the previous one while a new one is pending, null for other points. */
  #show(points: Points): void {
    const encoding = untracked(() => this.effective());
    const known = this.colouring.peek();
    const { own } = this.options;
    if (own?.isOwn(encoding)) return;
    if (encoding === "cluster") this.colouring.value = clusterColouring(points);
    else if (encoding === "layer") this.colouring.value = layerColouring(points);
    else if (this.#answer !== null && fits(this.#answer, points))
      this.colouring.value = this.#answer.colouring;
    else if (known !== null && known.values.length !== points.n) this.colouring.value = null;
  }

  /** Returns whether the colours need no request. */
  #isLocal(encoding: Encoding): boolean {
    return encoding === "cluster" || encoding === "layer" || this.options.own?.isOwn(encoding) === true;
  }

  /** Shows a widget's own colours again whenever what they are made of changes. */
  #followOwn(): void {
    const { own, points } = this.options;
    const encoding = this.effective();
    if (own?.isOwn(encoding) && points.value !== null)
      this.colouring.value = own.colouring(encoding, points.value);
  }

  #failed(error: unknown, params: EncodingParams): void {
    const { failures } = this.options;
    if (failures.isNoNews(error)) return;
    const asks = params.encoding === "alignment" || isOfClass(params.encoding);
    if (asks) this.queryError.value = messageOf(error);
    else failures.report("The colours could not be loaded", error, () => void this.ask());
  }
}

function fits({ layers, colouring }: Answer, points: Points): boolean {
  return layers === points.layers.map(({ name }) => name).join("\n") && colouring.values.length === points.n;
}
