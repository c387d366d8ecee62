/** Animation of the camera from where it is to its goal. */
import type { Camera } from "../camera/camera";
import type { Sight } from "../camera/sight";
import { eased, prefersStillness } from "./morph";

const FLIGHT_MS = 350;

export class Flight {
  #way: { began: number; from: Camera; to: Camera } | null = null;

  constructor(private readonly sight: Sight) {}

  get underWay(): boolean {
    return this.#way !== null;
  }

  /** Starts towards a goal; with reduced motion the next step reaches it. */
  begin(to: Camera): void {
    const began = performance.now() - (prefersStillness() ? FLIGHT_MS : 0);
    this.#way = { began, from: this.sight.camera.peek(), to };
  }

  /** Moves the camera to its position at a time. */
  step(now: number): void {
    if (this.#way === null) return;
    const { sight } = this;
    const { began, from, to } = this.#way;
    // The user has moved the camera meanwhile.
    if (sight.goal.peek() !== to) {
      this.#way = null;
      return;
    }
    const share = eased((now - began) / FLIGHT_MS);
    if (share >= 1) {
      this.#way = null;
      sight.goal.value = null;
    }
    const between = (a: number, b: number) => a + (b - a) * share;
    const zoom = from.zoom * (to.zoom / from.zoom) ** share;
    sight.look({ x: between(from.x, to.x), y: between(from.y, to.y), zoom });
  }
}
