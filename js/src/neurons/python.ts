/** Python code of values. */

/** Writes a value as a Python literal: JSON, with the line separators escaped that JSON leaves as they are. */
export function python(value: unknown): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  return JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

/** Returns the variable for a widget of this class: "concept_map" for "ConceptMap". */
export function variableOf(widget: string): string {
  return widget.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase();
}
