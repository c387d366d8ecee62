/** Python code that makes a comparison map again. */
import type { CompareMapTraits } from "../../generated/traits";
import { usualExamples } from "../../neurons/pictures/example_pictures";
import { python } from "../../neurons/python";
import type { SignalsOf } from "../../ui/state/synced";

/** Returns, for example, "compare_map = slw.CompareMap(comparison, query='bird')". */
export function asCode(traits: SignalsOf<CompareMapTraits>): string {
  const names = traits.sides.peek().map(({ name }) => name);
  const ends = [names[0], names.at(-1)].join("\n");
  const hasQuery = traits.query.peek() !== "";
  const usual = hasQuery ? "alignment" : traits.series.peek() ? "match" : "side";
  const given = [
    hasQuery && `query=${python(traits.query.peek())}`,
    traits.encoding.peek() !== usual && `encoding=${python(traits.encoding.peek())}`,
    traits.method.peek() !== "umap" && `method=${python(traits.method.peek())}`,
    traits.pair.peek().join("\n") !== ends && `pair=[${traits.pair.peek().map(python).join(", ")}]`,
    traits.examples_as.peek() !== usualExamples(traits.examples_choices.peek()) &&
      `examples_as=${python(traits.examples_as.peek())}`,
  ].filter((argument) => argument !== false);
  const lines = [`compare_map = slw.CompareMap(${["comparison", ...given].join(", ")})`];
  if (traits.step.peek() > 0) lines.push(`compare_map.step = ${traits.step.peek()}`);
  const selection = traits.selection.peek();
  if (selection.length > 0) lines.push(`compare_map.selection = [${selection.map(python).join(", ")}]`);
  return lines.join("\n");
}
