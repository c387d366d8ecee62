/**
 * Link between all views of one lens on a page: what the user does in one, the others follow.
 *
 * Only the user's actions are passed on: opening a view changes nothing elsewhere, and Python relays what a cell sets.
 * A view shares what its trait `linked` names.
 */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { LINK_OF_TRAIT } from "../generated/constants";
import type { ConceptMapTraits } from "../generated/traits";
import type { State } from "./types";

export interface Neuron {
  layer: string;
  component: number;
}

type SharedTrait = keyof typeof LINK_OF_TRAIT;
type ClassTrait = "class_name" | "requirements" | "threshold" | "within_class";
/** A gallery has no class. */
export type LinkedTraits = Pick<ConceptMapTraits, Exclude<SharedTrait, ClassTrait> | "linked"> &
  Partial<Pick<ConceptMapTraits, ClassTrait>>;
const TRAITS = Object.keys(LINK_OF_TRAIT) as SharedTrait[];
type Member = <Name extends SharedTrait>(name: Name, value: LinkedTraits[Name]) => void;

interface Pointed {
  neuron: Neuron | null;
  by: object;
}

/** What the legend of a map lets through; other views of the lens then show nothing else. */
export interface Narrowing {
  shows: (neuron: Neuron) => boolean;
  /** Such as "fish" or "clarity 0.2 to 0.4". */
  text: string;
  clear: () => void;
  /** Model of the view whose legend it is. */
  by: object;
}

/** One per lens on a page. */
export class Link {
  readonly members = new Set<Member>();
  readonly hovered: Signal<Pointed | null> = signal(null);
  readonly visited: Signal<Pointed | null> = signal(null);
  readonly narrowed: Signal<Narrowing | null> = signal(null);

  /** `explainers` show an image of the lens in a prediction view on the page, that in the latest view last. */
  constructor(readonly explainers: Set<(sample: number) => void> = new Set()) {}
}

/** The neurons that this view points at, and those of linked views. */
export class Pointing {
  /** The neuron under the pointer in a linked view. */
  readonly hovered: ReadonlySignal<Neuron | null>;
  /** The neuron that the user opened in a linked view, by a click or a key. */
  readonly visited: ReadonlySignal<Neuron | null>;

  /** `translate` returns the neuron that stands here for one that linked views point at; null for none. */
  constructor(
    private readonly link: Link = new Link(),
    translate: (neuron: Neuron) => Neuron | null = (neuron) => neuron,
  ) {
    const byOthers = (pointed: Signal<Pointed | null>) =>
      computed(() => {
        const neuron = pointed.value?.by === this ? null : pointed.value?.neuron;
        return neuron ? translate(neuron) : null;
      });
    this.hovered = byOthers(link.hovered);
    this.visited = byOthers(link.visited);
  }

  hover(neuron: Neuron | null): void {
    const { hovered } = this.link;
    // Clears only this view's neuron: the pointer may already be over another view.
    if (neuron !== null || hovered.peek()?.by === this) hovered.value = { neuron, by: this };
  }

  visit(neuron: Neuron): void {
    this.link.visited.value = { neuron, by: this };
  }
}

/** Wraps the traits of a view so that the user's changes are shared with linked views, and theirs applied. */
export function linkedState<Traits extends LinkedTraits>(
  own: State<Traits>,
  link: Link,
  lifetime: AbortSignal,
  canShow: (layer: string) => boolean = () => true,
): State<Traits> {
  const takesPart = (name: SharedTrait) => {
    const link = LINK_OF_TRAIT[name];
    // The class of an audit comes with requirements; that of a prediction is its own.
    const needed = link === "class" ? "requirements" : name;
    return own.get("linked").includes(link) && own.get(needed) !== undefined;
  };
  const member: Member = (name, value) => {
    if (!takesPart(name)) return;
    if (JSON.stringify(own.get(name)) === JSON.stringify(value)) return;
    if (name === "layer" && !canShow(value as string)) return;
    own.set(name, value as Traits[typeof name]);
  };
  link.members.add(member);
  lifetime.addEventListener("abort", () => link.members.delete(member));
  return {
    get: (name) => own.get(name),
    on: (name, listener, signal) => own.on(name, listener, signal),
    onRefused: (listener, signal) => own.onRefused?.(listener, signal),
    set(name, value) {
      own.set(name, value);
      if (!isShared(name) || !takesPart(name)) return;
      for (const each of TRAITS.filter((trait) => LINK_OF_TRAIT[trait] === LINK_OF_TRAIT[name]))
        for (const other of link.members) if (other !== member) other(each, own.get(each));
    },
  };
}

function isShared(name: PropertyKey): name is SharedTrait {
  return Object.hasOwn(LINK_OF_TRAIT, name);
}
