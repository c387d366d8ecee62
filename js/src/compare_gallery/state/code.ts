/** Python code that makes this view again. */
import { usualExamples } from "../../neurons/pictures/example_pictures";
import { python, variableOf } from "../../neurons/python";

type Shown = Readonly<Record<string, { peek(): unknown } | undefined>>;

/** Arguments of the code, each with its default, which is left out. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  query: "",
  show: "all",
  sort: "strength",
  descending: true,
  encoding: "side",
};

/** Returns, for example, "compare_gallery = slw.CompareGallery(comparison, query='bird')". */
export function asCode(widget: string, traits: Shown): string {
  const choices = (traits.examples_choices?.peek() ?? []) as string[];
  const sides = ((traits.layers?.peek() ?? []) as { name: string }[]).map(({ name }) => name);
  const usual = { ...DEFAULTS, pair: [sides[0], sides.at(-1)], examples_as: usualExamples(choices) };
  const given = Object.entries(usual)
    .map(([name, standard]) => [name, traits[name]?.peek() ?? standard, standard] as const)
    .filter(([, value, standard]) => JSON.stringify(value) !== JSON.stringify(standard))
    .map(([name, value]) => `, ${name}=${python(value)}`);
  const variable = variableOf(widget);
  const selection = (traits.selection?.peek() ?? []) as string[];
  const lines = [`${variable} = slw.${widget}(comparison${given.join("")})`];
  if (selection.length > 0) lines.push(`${variable}.selection = ${python(selection)}`);
  return lines.join("\n");
}
