/** The Python call that makes the view that is shown. */
import type { TraitSignals } from "./synced";

/** "slw.ConceptMap(lens, layer='bn2', query='bird')": what differs from the defaults. */
export function asCode(traits: TraitSignals): string {
  const { layer, query, encoding, method, selection } = traits;
  const given = [`layer=${python(layer.peek())}`];
  if (query.peek() !== "") given.push(`query=${python(query.peek())}`);
  if (encoding.peek() !== "alignment") given.push(`encoding=${python(encoding.peek())}`);
  if (method.peek() !== "umap") given.push(`method=${python(method.peek())}`);
  const call = `concept_map = slw.ConceptMap(lens, ${given.join(", ")})`;
  const names = selection.peek();
  return names.length === 0 ? call : `${call}\nconcept_map.selection = [${names.map(python).join(", ")}]`;
}

/** A JSON string is a Python string too, once what JSON leaves as it is cannot end the line. */
function python(text: string): string {
  return JSON.stringify(text).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}
