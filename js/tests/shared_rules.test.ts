/** Rules that Python and the browser side share, by the tables of `tests/shared`, which pytest reads too. */
import { expect, test } from "vitest";
import casefoldTable from "../../tests/shared/casefold.json";
import componentNames from "../../tests/shared/component_names.json";
import concepts from "../../tests/shared/concepts.json";
import queries from "../../tests/shared/queries.json";
import visibleTable from "../../tests/shared/visible.json";
import { conceptsOf } from "../src/audits/requirements";
import { casefold } from "../src/neurons/casefold";
import { componentName, componentNamed } from "../src/neurons/component_name";
import { parsed } from "../src/page/terms";
import { visible } from "../src/ui/visible";

interface QueryCase {
  query?: string;
  repeat?: string;
  times?: number;
  terms?: unknown[][];
  error?: string;
}

test.each(queries as QueryCase[])("the query $query is read as in Python", (given) => {
  const query = given.query ?? (given.repeat ?? "").repeat(given.times ?? 1);
  const read = () => parsed(query).map(({ weight, kind, text }) => [weight, kind, text]);
  if (given.error === undefined) expect(read()).toEqual(given.terms);
  else expect(read).toThrow(given.error);
});

test.each(concepts)("the concepts of $class_name are merged as in Python", (given) => {
  const merged = conceptsOf(given.requirements, given.class_name);
  expect(merged.valid.map(({ concept }) => concept)).toEqual(given.valid);
  expect(merged.spurious.map(({ concept }) => concept)).toEqual(given.spurious);
});

test.each(componentNames)(
  "components of $layer are named as in Python",
  ({ layer, n, signed, names, unknown }) => {
    for (const [component, name] of Object.entries(names)) {
      expect(componentName(layer, Number(component), n, signed)).toBe(name);
      expect(componentNamed(name as string, layer, n, signed)).toBe(Number(component));
    }
    for (const name of unknown) expect(componentNamed(`${layer}:${name}`, layer, n, signed)).toBeNull();
  },
);

/** Letters with case that Unicode has added since the table was written. */
const LATER = /[\u1c89\u1c8a\ua7cb-\ua7df]/;

test("every letter is folded as in Python", () => {
  const entries = casefoldTable.foldings
    .split(" ")
    .map((entry): [string, string] => [entry.charAt(0), entry.slice(1)]);
  const table = new Map(entries);
  expect(table.size).toBeGreaterThan(1000);
  for (let code = 0; code < 0x10000; code++) {
    const letter = String.fromCharCode(code);
    if ((code >= 0xd800 && code < 0xe000) || LATER.test(letter)) continue;
    const folded = casefold(letter);
    if (folded !== (table.get(letter) ?? letter))
      expect([letter, folded]).toEqual([letter, table.get(letter)]);
  }
  expect(casefold("ΌΣΟΣ Straße ﬃ")).toBe("όσοσ strasse ffi");
});

test.each(visibleTable as [string, string][])("%j is shown as in Python", (text, shown) => {
  expect(visible(text)).toBe(shown);
});
