/** Where the points are: asked for, and asked for again until the layout is the final one. */
import { batch, effect, type Signal, signal } from "@preact/signals";
import type { Kernel } from "../../kernel/types";
import type { Failures } from "../../ui/failures/failures";
import { latest, type Synced } from "../../ui/synced";
import type { ConceptMapTraits, MapParams, MapResult } from "../state/protocol";
import { decodePoints, layersOnMap, type Points } from "./points";

export interface LayoutOptions {
  kernel: Kernel;
  traits: Synced<ConceptMapTraits>;
  failures: Failures;
  lifetime: AbortSignal;
}

const POLL_MS = 500;
const SLOWEST_POLL_MS = 3000;

export class Layout {
  readonly points: Signal<Points | null> = signal(null);
  /** Another map is under way; the one shown is the one before. */
  readonly waiting = signal(true);
  /** How far a better layout of this map is, 0 to 1; null while none is being computed. */
  readonly improving: Signal<number | null> = signal(null);
  private asked = 0;
  private polling: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: LayoutOptions) {
    const { traits, lifetime } = options;
    const soon = latest();
    const stop = effect(() => {
      layersOnMap(traits.signals);
      void traits.signals.method.value;
      void traits.signals.revision.value;
      soon(() => void this.load());
    });
    lifetime.addEventListener("abort", () => {
      stop();
      clearTimeout(this.polling);
    });
  }

  /** Asks for the map that the traits name. */
  async load(): Promise<void> {
    const asked = this.begin();
    if (layersOnMap(this.options.traits.signals).length === 0) return this.settle();
    this.waiting.value = true;
    try {
      const reply = await this.request("");
      if (asked !== this.asked) return;
      this.show(decodePoints(reply));
      this.pollUnlessFinal(reply.result, POLL_MS);
    } catch (error) {
      const again = () => void this.load();
      if (asked === this.asked) this.options.failures.report("The map could not be loaded", error, again);
    } finally {
      if (asked === this.asked) this.settle();
    }
  }

  private async poll(pause: number): Promise<void> {
    const asked = this.asked;
    const shown = this.points.peek();
    try {
      const reply = await this.request(shown?.method ?? "");
      if (asked !== this.asked) return;
      if (!reply.result.unchanged) this.show(decodePoints(reply));
      this.pollUnlessFinal(reply.result, Math.min(SLOWEST_POLL_MS, pause * 1.4));
    } catch (error) {
      if (asked !== this.asked) return;
      this.improving.value = null;
      this.options.failures.report("The map could not be improved", error, () => void this.load());
    }
  }

  private pollUnlessFinal(result: MapResult, pause: number): void {
    this.improving.value = result.final ? null : (result.progress ?? 0);
    if (!result.final) this.polling = setTimeout(() => void this.poll(pause), pause);
  }

  private request(have: MapParams["have"]) {
    const { kernel, traits, lifetime } = this.options;
    const params: MapParams = {
      layers: layersOnMap(traits.signals),
      method: traits.signals.method.peek(),
      have,
    };
    return kernel.request<MapResult>("map", params, { slot: "map", signal: lifetime });
  }

  private begin(): number {
    clearTimeout(this.polling);
    this.improving.value = null;
    this.asked += 1;
    return this.asked;
  }

  private show(points: Points): void {
    batch(() => {
      this.points.value = points;
      this.waiting.value = false;
    });
  }

  private settle(): void {
    this.waiting.value = false;
  }
}
