/** Formats of numbers and counts: two significant digits, a real minus sign, thin spaces before units. */

const NONE = "–";
const MINUS = "−";
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/**
 * Formats with two significant digits: 0.24, 0.0031, 12, −0.80. Integer digits are never rounded (123 stays 123), very
 * large and very small numbers get an exponent, and a missing number is an en dash.
 */
export function significant(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return NONE;
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  return withMinus(unsigned(Math.abs(value)), value < 0);
}

function unsigned(size: number): string {
  if (size === 0) return "0";
  if (size < 0.001 || size >= 1e6) return size.toExponential(1).replace("e-", "e−").replace("e+", "e");
  const rounded = Number(size.toPrecision(2));
  if (rounded >= 10) return whole.format(size);
  return rounded.toFixed(1 - Math.floor(Math.log10(rounded)));
}

function withMinus(text: string, negative: boolean): string {
  return negative ? MINUS + text : text;
}

/** Formats a number at full precision (float32 has seven digits), for tooltips. */
export function exact(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "not defined";
  return withMinus(String(Number(Math.abs(value).toPrecision(7))), value < 0);
}

/** Formats a share of one in per cent with two significant digits: 12 %, 0.031 %. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || Number.isNaN(share)) return NONE;
  return `${significant(100 * share)} %`;
}

/** Formats 1280 as "1,280". */
export function count(n: number): string {
  return whole.format(n);
}

/** Formats, for example, "1 neuron" or "1,280 neurons". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** Begins a message with a capital, unless its first word is a name such as "bn2:9". */
export function sentence(message: string): string {
  return message.replace(/^[a-z](?=[a-z]* )/, (letter) => letter.toUpperCase());
}

/** Formats a length for a style: Preact leaves bare numbers as they are, and the browser then ignores them. */
export function px(length: number): string {
  return `${length}px`;
}
