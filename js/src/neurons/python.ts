/** A JSON string is a Python string too, once what JSON leaves as it is cannot end the line. */
export function python(value: unknown): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  return JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}
