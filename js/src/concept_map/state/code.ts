/** Python code that makes this view again. */

import { requirementsCode } from "../../audits/requirements";
import type { RequirementInfo } from "../../generated/traits";
import { usualExamples } from "../../neurons/pictures/example_pictures";
import { python, variableOf } from "../../neurons/python";

type Shown = Readonly<Record<string, { peek(): unknown }>>;

/** Arguments of the code, each with its default, which is left out. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  query: "",
  encoding: "alignment",
  method: "umap",
  class_name: "",
  sort: "alignment",
  descending: true,
};

/** Returns, for example, "concept_map = slw.ConceptMap(lens, layer='bn2', query='bird')". */
export function asCode(widget: string, traits: Shown): string {
  const choices = (traits.examples_choices?.peek() ?? []) as string[];
  const given = Object.entries({ ...DEFAULTS, examples_as: usualExamples(choices) })
    .map(([name, usual]) => [name, traits[name]?.peek() ?? usual, usual] as const)
    .filter(([, value, usual]) => value !== usual)
    .map(([name, value]) => `, ${name}=${python(value)}`);
  const requirements = requirementsCode((traits.requirements?.peek() ?? []) as RequirementInfo[]);
  if (requirements.length > 0) given.push(`, requirements=[${requirements.join(", ")}]`);
  const variable = variableOf(widget);
  const lines = [`${variable} = slw.${widget}(lens, layer=${python(traits.layer?.peek())}${given.join("")})`];
  for (const name of ["selection", "components"]) {
    const names = (traits[name]?.peek() ?? []) as string[];
    if (names.length > 0) lines.push(`${variable}.${name} = [${names.map(python).join(", ")}]`);
  }
  return lines.join("\n");
}
