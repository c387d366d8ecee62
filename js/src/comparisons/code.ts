/** Python code that makes a widget of a comparison again. */
import { usualExamples } from "../neurons/pictures/example_pictures";
import { python, variableOf } from "../neurons/python";

type Shown = Readonly<Record<string, { peek(): unknown } | undefined>>;

/** Arguments of the code, each with its default, which is left out. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  query: "",
  show: "all",
  sort: "strength",
  descending: true,
};

/** Returns, for example, "compare_gallery = slw.CompareGallery(comparison, query='bird')"; `further` are more defaults. */
export function asCode(widget: string, traits: Shown, further: typeof DEFAULTS = {}): string {
  const choices = (traits.examples_choices?.peek() ?? []) as string[];
  const sides = ((traits.layers?.peek() ?? []) as { name: string }[]).map(({ name }) => name);
  const usual = {
    ...DEFAULTS,
    ...further,
    // The step of a series decides on the pair.
    ...(traits.series?.peek() ? {} : { pair: [sides[0], sides.at(-1)] }),
    examples_as: usualExamples(choices),
  };
  const given = Object.entries(usual)
    .map(([name, standard]) => [name, traits[name]?.peek() ?? standard, standard] as const)
    .filter(([, value, standard]) => JSON.stringify(value) !== JSON.stringify(standard))
    .map(([name, value]) => `, ${name}=${python(value)}`);
  const variable = variableOf(widget);
  const selection = (traits.selection?.peek() ?? []) as string[];
  const lines = [`${variable} = slw.${widget}(comparison${given.join("")})`];
  if (traits.step?.peek()) lines.push(`${variable}.step = ${traits.step.peek()}`);
  if (selection.length > 0) lines.push(`${variable}.selection = ${python(selection)}`);
  return lines.join("\n");
}
