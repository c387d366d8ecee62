/** Common and separate parts of neurons side by side. */
import type { CompareResult, ExampleInfo } from "../../generated/protocol";

interface SharedExample {
  example: ExampleInfo;
  /** Rank of the sample among the examples of each neuron; null where it is none of them. */
  ranks: (number | null)[];
}

type Neurons = Pick<CompareResult, "neurons">;

/** A label or class of several neurons. */
export interface SharedWord {
  word: string;
  /** Names of the neurons that have it. */
  names: string[];
}

/** Returns the samples that are examples of two or more neurons, those of most neurons first. */
export function sharedExamples({ neurons }: Neurons): SharedExample[] {
  const found = new Map<number, SharedExample>();
  neurons.forEach(({ detail }, place) => {
    detail.examples.forEach((example, rank) => {
      const known = found.get(example.sample) ?? { example, ranks: neurons.map(() => null) };
      known.ranks[place] = rank;
      found.set(example.sample, known);
    });
  });
  const n = ({ ranks }: SharedExample) => ranks.filter((rank) => rank !== null).length;
  const best = ({ ranks }: SharedExample) => Math.min(...ranks.filter((rank) => rank !== null));
  return [...found.values()].filter((one) => n(one) > 1).sort((a, b) => n(b) - n(a) || best(a) - best(b));
}

/** Returns the labels that examples of two or more neurons have, those of most neurons first. */
export function sharedLabels({ neurons }: Neurons): SharedWord[] {
  return shared(
    neurons.map(({ detail }) => {
      const labels = detail.examples.flatMap(({ label }) => (label === null ? [] : [label]));
      return [detail.card.name, [...new Set(labels)]];
    }),
  );
}

/** Returns the classes that two or more neurons serve most, those of most neurons first. */
export function sharedClasses({ neurons }: Neurons): SharedWord[] {
  return shared(neurons.map(({ detail }) => [detail.card.name, detail.classes.map(({ name }) => name)]));
}

function shared(lists: [name: string, words: string[]][]): SharedWord[] {
  const found = new Map<string, string[]>();
  for (const [name, words] of lists)
    for (const word of words) found.set(word, [...(found.get(word) ?? []), name]);
  const several = [...found].filter(([, names]) => names.length > 1);
  return several.sort(([, a], [, b]) => b.length - a.length).map(([word, names]) => ({ word, names }));
}

/** Returns the ranks of a neuron's examples that are examples of no other neuron here. */
export function ownRanks(compared: Neurons, place: number): number[] {
  const others = compared.neurons.filter((_, other) => other !== place);
  const taken = new Set(others.flatMap(({ detail }) => detail.examples.map(({ sample }) => sample)));
  const examples = compared.neurons[place]?.detail.examples ?? [];
  return examples.flatMap(({ sample }, rank) => (taken.has(sample) ? [] : [rank]));
}
