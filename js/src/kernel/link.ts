/**
 * What all views of one lens on a page do together: what the user does in one, the others follow.
 *
 * Only what a user does is passed on: a view that opens changes nothing elsewhere, and what a cell sets is passed on by
 * Python. A view takes part in what its trait `linked` names.
 */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ConceptMapTraits } from "../generated/traits";
import type { State } from "./types";

export interface Neuron {
  layer: string;
  component: number;
}

/** Which trait belongs to which name in `linked`; those of one name go along with one another. */
const SHARED = {
  class_name: "class",
  requirements: "class",
  threshold: "class",
  layer: "layer",
  query: "query",
  query_image: "query",
  selection: "selection",
} as const;

type SharedTrait = keyof typeof SHARED;
type ClassTrait = "class_name" | "requirements" | "threshold";
/** A gallery knows of no class. */
export type LinkedTraits = Pick<ConceptMapTraits, Exclude<SharedTrait, ClassTrait> | "linked"> &
  Partial<Pick<ConceptMapTraits, ClassTrait>>;
const TRAITS = Object.keys(SHARED) as SharedTrait[];
type Member = <Name extends SharedTrait>(name: Name, value: LinkedTraits[Name]) => void;

interface Pointed {
  neuron: Neuron | null;
  by: object;
}

/** One for each lens on a page. */
export class Link {
  readonly members = new Set<Member>();
  readonly hovered: Signal<Pointed | null> = signal(null);
  readonly visited: Signal<Pointed | null> = signal(null);
}

/** The neurons that one view points at, and those that the others do. */
export class Pointing {
  /** What the pointer is over in another view. */
  readonly hovered: ReadonlySignal<Neuron | null>;
  /** What the user went to in another view, by a click or with the keys. */
  readonly visited: ReadonlySignal<Neuron | null>;

  constructor(private readonly link: Link = new Link()) {
    const byOthers = (pointed: Signal<Pointed | null>) =>
      computed(() => (pointed.value?.by === this ? null : (pointed.value?.neuron ?? null)));
    this.hovered = byOthers(link.hovered);
    this.visited = byOthers(link.visited);
  }

  hover(neuron: Neuron | null): void {
    const { hovered } = this.link;
    // Leaving takes back one's own alone: the pointer may be over another view already.
    if (neuron !== null || hovered.peek()?.by === this) hovered.value = { neuron, by: this };
  }

  visit(neuron: Neuron): void {
    this.link.visited.value = { neuron, by: this };
  }
}

/** The traits of a view that tells the others what the user changes, and follows them. */
export function linkedState<Traits extends LinkedTraits>(
  own: State<Traits>,
  link: Link,
  lifetime: AbortSignal,
  canShow: (layer: string) => boolean = () => true,
): State<Traits> {
  const takesPart = (name: SharedTrait) => own.get("linked").includes(SHARED[name]);
  const member: Member = (name, value) => {
    if (!takesPart(name) || own.get(name) === undefined) return;
    if (JSON.stringify(own.get(name)) === JSON.stringify(value)) return;
    if (name === "layer" && !canShow(value as string)) return;
    own.set(name, value as Traits[typeof name]);
  };
  link.members.add(member);
  lifetime.addEventListener("abort", () => link.members.delete(member));
  return {
    get: (name) => own.get(name),
    on: (name, listener, signal) => own.on(name, listener, signal),
    set(name, value) {
      own.set(name, value);
      if (!isShared(name) || !takesPart(name)) return;
      for (const each of TRAITS.filter((trait) => SHARED[trait] === SHARED[name]))
        for (const other of link.members) if (other !== member) other(each, own.get(each));
    },
  };
}

function isShared(name: PropertyKey): name is SharedTrait {
  return Object.hasOwn(SHARED, name);
}
