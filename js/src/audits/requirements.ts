/** Requirements of the audited classes: pure functions that read and edit them. */

import { MAX_CHARACTERS } from "../generated/constants";
import type { ClassInfo } from "../generated/protocol";
import type { RequirementInfo } from "../generated/traits";
import { casefold } from "../neurons/casefold";
import { python } from "../neurons/python";

export type Side = "valid" | "spurious";

export interface Chip {
  concept: string;
  /** True when it applies to every class and not to this one alone. */
  forAll: boolean;
}

export type Concepts = Readonly<Record<Side, readonly Chip[]>>;

/** Returns the wanted class; for "" the first that has a requirement and samples, else the first with samples. */
export function currentClass(
  wanted: string,
  classes: readonly ClassInfo[],
  requirements: readonly RequirementInfo[],
): string {
  if (wanted !== "") return wanted;
  const required = new Set(requirements.map(({ class_name }) => class_name));
  const withSamples = classes.filter(({ n_samples }) => n_samples > 0);
  return (withSamples.find(({ name }) => required.has(name)) ?? withSamples[0] ?? classes[0])?.name ?? "";
}

/** Merges the concepts of a class with those of every class; the class's own entry wins for the same concept. */
export function conceptsOf(requirements: readonly RequirementInfo[], className: string): Concepts {
  const own = requirements.find(({ class_name }) => class_name === className);
  const forAll = requirements.find(({ class_name }) => class_name === null);
  const spokenFor = new Set([...(own?.valid ?? []), ...(own?.spurious ?? [])].map(keyOf));
  const chips = (side: Side): Chip[] => [
    ...(own?.[side] ?? []).map((concept) => ({ concept, forAll: false })),
    ...(forAll?.[side] ?? [])
      .filter((concept) => !spokenFor.has(keyOf(concept)))
      .map((concept) => ({ concept, forAll: true })),
  ];
  return { valid: chips("valid"), spurious: chips("spurious") };
}

/** Returns the concepts as requests name them. */
export function textsOf({ valid, spurious }: Concepts): Record<Side, string[]> {
  const texts = (chips: readonly Chip[]) => chips.map(({ concept }) => concept);
  return { valid: texts(valid), spurious: texts(spurious) };
}

/** Explains why a concept cannot be added to a list; null when it can. */
export function refusal(concepts: Concepts, side: Side, concept: string): string | null {
  if (concept.length > MAX_CHARACTERS)
    return `A concept is a few words, not ${concept.length.toLocaleString("en")} characters.`;
  const other: Side = side === "valid" ? "spurious" : "valid";
  const key = keyOf(concept);
  if (concepts[side].some((chip) => keyOf(chip.concept) === key))
    return `“${concept}” is in the list already.`;
  if (concepts[other].some((chip) => keyOf(chip.concept) === key))
    return `“${concept}” is ${other} already; remove it there first.`;
  return null;
}

/** Returns the Python call for each requirement. */
export function requirementsCode(requirements: readonly RequirementInfo[]): string[] {
  return requirements.map(({ class_name, valid, spurious }) => {
    const lists = Object.entries({ valid, spurious })
      .filter(([, concepts]) => concepts.length > 0)
      .map(([side, concepts]) => `, ${side}=[${concepts.map(python).join(", ")}]`);
    return `slw.Requirement(${class_name === null ? "None" : python(class_name)}${lists.join("")})`;
  });
}

/** Returns the requirements with a concept added for this class. */
export function withConcept(
  requirements: readonly RequirementInfo[],
  className: string,
  side: Side,
  concept: string,
): RequirementInfo[] {
  const own = requirements.find(({ class_name }) => class_name === className);
  const grown = { ...(own ?? { class_name: className, valid: [], spurious: [] }) };
  grown[side] = [...grown[side], tidied(concept)];
  return own === undefined
    ? [...requirements, grown]
    : requirements.map((each) => (each === own ? grown : each));
}

/** Returns the requirements without a concept; a requirement left without concepts is dropped. */
export function withoutConcept(
  requirements: readonly RequirementInfo[],
  className: string,
  side: Side,
  { concept, forAll }: Chip,
): RequirementInfo[] {
  const whose = forAll ? null : className;
  return requirements
    .map((each) =>
      each.class_name === whose ? { ...each, [side]: each[side].filter((own) => own !== concept) } : each,
    )
    .filter(({ valid, spurious }) => valid.length + spurious.length > 0);
}

/** Returns the requirements with another concept in the place of a chip's, for whom it was. */
export function withChangedConcept(
  requirements: readonly RequirementInfo[],
  className: string,
  side: Side,
  chip: Chip,
  concept: string,
): RequirementInfo[] {
  const whose = chip.forAll ? null : className;
  const changed = (own: string) => (own === chip.concept ? tidied(concept) : own);
  return requirements.map((each) =>
    each.class_name === whose ? { ...each, [side]: each[side].map(changed) } : each,
  );
}

export function tidied(concept: string): string {
  return concept.trim().replace(/\s+/g, " ");
}

function keyOf(concept: string): string {
  return casefold(tidied(concept));
}
