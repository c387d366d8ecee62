/** Active card and open neuron, shared with linked views. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type Link, Pointing } from "../../kernel/link";
import type { CardStore } from "../../neurons/cards";
import { whileAlive } from "../../ui/synced";
import type { OpenedNeuron } from "./opened";
import { nameIn, type Ranking } from "./ranking";

export interface FocusOptions {
  ranking: ReadonlySignal<Ranking | null>;
  opened: OpenedNeuron;
  cards: CardStore;
  link: Link | undefined;
  lifetime: AbortSignal;
}

export class Focus {
  /** Place of the card that handles keys. */
  readonly active: Signal<number | null> = signal(null);
  readonly pointing: Pointing;

  constructor(private readonly options: FocusOptions) {
    this.pointing = new Pointing(options.link);
    whileAlive(options.lifetime, () => this.followVisit());
  }

  visit(place: number): void {
    const ranking = this.options.ranking.peek();
    const component = ranking?.order[place];
    this.active.value = place;
    if (ranking !== null && component !== undefined) this.pointing.visit({ layer: ranking.layer, component });
  }

  /** Opens the details of the card at a place. */
  openPlace(place: number): void {
    this.visit(place);
    this.open(place);
  }

  /** Opens the details of a component, wherever it is in the order. */
  openComponent(component: number): void {
    const place = this.options.ranking.peek()?.order.indexOf(component) ?? -1;
    if (place >= 0) this.openPlace(place);
  }

  /** Handles arrow keys; while details are open, they move to the next neuron's details. */
  moveTo(place: number): void {
    this.visit(place);
    this.turnTo(place);
  }

  /** The neuron that the user opened in a linked view. */
  private followVisit(): void {
    const neuron = this.pointing.visited.value;
    const ranking = this.options.ranking.peek();
    if (neuron === null || ranking?.layer !== neuron.layer) return;
    const place = ranking.order.indexOf(neuron.component);
    if (place < 0) return;
    this.active.value = place;
    this.turnTo(place);
  }

  private turnTo(place: number): void {
    if (this.options.opened.current.peek() !== null) this.open(place);
  }

  private open(place: number): void {
    const { opened, cards } = this.options;
    const ranking = this.options.ranking.peek();
    const component = ranking?.order[place];
    if (ranking === null || component === undefined) return;
    const name = cards.get(component)?.name ?? nameIn(ranking, component);
    void opened.open({ layer: ranking.layer, component, name });
  }
}
