/** Active neuron of an ordered list, and the one whose details are open, shared with linked views. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type Link, type Neuron, Pointing } from "../../kernel/link";
import { whileAlive } from "../../ui/state/synced";

interface FocusOptions {
  /** Neurons of a layer by place; null until they are known. */
  shown: ReadonlySignal<{ layer: string; order: Uint32Array } | null>;
  opened: { current: Signal<Neuron | null> };
  /** Opens the details of a neuron. */
  open: (neuron: Neuron) => void;
  link: Link | undefined;
  /** The neuron of the list that stands for one of a linked view; null for none. */
  translate?: ((neuron: Neuron) => Neuron | null) | undefined;
  lifetime: AbortSignal;
}

export class Focus {
  /** Place of the neuron that handles keys. */
  readonly active: Signal<number | null> = signal(null);
  readonly pointing: Pointing;

  constructor(private readonly options: FocusOptions) {
    this.pointing = new Pointing(options.link, options.translate);
    whileAlive(options.lifetime, () => this.#followVisit());
  }

  visit(place: number): void {
    const neuron = this.#neuronAt(place);
    this.active.value = place;
    if (neuron !== null) this.pointing.visit(neuron);
  }

  /** Opens the details of the neuron at a place. */
  openPlace(place: number): void {
    this.visit(place);
    this.#open(place);
  }

  /** Opens the details of a component, wherever it is in the order. */
  openComponent(component: number): void {
    const place = this.placeOf(component);
    if (place !== null) this.openPlace(place);
  }

  /** Handles arrow keys; while details are open, they move to the next neuron's details. */
  moveTo(place: number): void {
    this.visit(place);
    this.#turnTo(place);
  }

  /** Moves so many places on from the neuron whose details are open; at an end of the list it stays. */
  step(by: number): void {
    const { opened, shown } = this.options;
    const place = this.placeOf(opened.current.peek()?.component);
    const n = shown.peek()?.order.length ?? 0;
    if (place !== null && place + by >= 0 && place + by < n) this.moveTo(place + by);
  }

  placeOf(component: number | undefined): number | null {
    const order = this.options.shown.peek()?.order;
    const place = component === undefined ? -1 : (order?.indexOf(component) ?? -1);
    return place < 0 ? null : place;
  }

  #neuronAt(place: number): Neuron | null {
    const shown = this.options.shown.peek();
    const component = shown?.order[place];
    return shown === null || component === undefined ? null : { layer: shown.layer, component };
  }

  /** The neuron that the user opened in a linked view. */
  #followVisit(): void {
    const neuron = this.pointing.visited.value;
    if (neuron === null || this.options.shown.peek()?.layer !== neuron.layer) return;
    const place = this.placeOf(neuron.component);
    if (place === null) return;
    this.active.value = place;
    this.#turnTo(place);
  }

  #turnTo(place: number): void {
    if (this.options.opened.current.peek() !== null) this.#open(place);
  }

  #open(place: number): void {
    const neuron = this.#neuronAt(place);
    if (neuron !== null) this.options.open(neuron);
  }
}
