import { expect, test } from "vitest";
import { counted, exact, percent, sentence, significant } from "./format";

test.each([
  [0, "0"],
  [0.2431, "0.24"],
  [0.0999, "0.10"],
  [0.996, "1.0"],
  [1, "1.0"],
  [9.96, "10"],
  [12.3, "12"],
  [123.4, "123"],
  [12345, "12,345"],
  [0.00421, "0.0042"],
  [0.00042, "4.2e−4"],
  [2_500_000, "2.5e6"],
  [-0.804, "−0.80"],
  [-12.6, "−13"],
])("%d is written with two significant digits", (value, text) => {
  expect(significant(value)).toBe(text);
});

test("a number that is not there is a dash, and infinity says so", () => {
  expect([significant(null), significant(undefined), significant(Number.NaN)]).toEqual(["–", "–", "–"]);
  expect([significant(Infinity), significant(-Infinity)]).toEqual(["∞", "−∞"]);
});

test("reading a number back is never more than half a unit of the second digit off", () => {
  for (let i = 0; i < 2000; i++) {
    const value = (Math.random() - 0.5) * 10 ** (Math.random() * 12 - 6);
    const read = Number(significant(value).replaceAll("−", "-").replaceAll(",", ""));
    expect(Math.abs(read - value)).toBeLessThanOrEqual(0.0501 * Math.abs(value));
  }
});

test("the exact value has the digits of a float32", () => {
  expect(exact(0.30000001192092896)).toBe("0.3");
  expect(exact(-0.123456789)).toBe("−0.1234568");
  expect(exact(null)).toBe("not defined");
});

test("shares and counts", () => {
  expect([percent(0.0123), percent(1), percent(null)]).toEqual(["1.2 %", "100 %", "–"]);
  expect([counted(1, "neuron"), counted(1280, "neuron"), counted(0, "neuron")]).toEqual([
    "1 neuron",
    "1,280 neurons",
    "0 neurons",
  ]);
});

test.each([
  ["a query by image works in the notebook only", "A query by image works in the notebook only"],
  ["the query '' is empty", "The query '' is empty"],
  ["“zebra” is not among the words", "“zebra” is not among the words"],
  ["bn2:9 has no examples", "bn2:9 has no examples"],
  ["layer_4 is not kept", "layer_4 is not kept"],
])("%j is shown as %j", (message, shown) => {
  expect(sentence(message)).toBe(shown);
});
