/** Columns of the table, and their cells: a number, a number beside its bar, or a text. */
import type { ExplainedRow } from "../generated/protocol";
import { Bar, type BarProps } from "../ui/bar";
import { count, exact, percent, significant } from "../ui/format";
import { barPart } from "../ui/scale";
import type { PredictionState } from "./state/state";
import { type Amount, largest, type Sum } from "./state/sums";

interface Content {
  text: string;
  title: string;
  bar?: BarProps;
}

export interface Column {
  name: string;
  title: string;
  /** Left out where the table has little room. */
  also?: "slw-rare";
  ofRow: (row: ExplainedRow) => Content;
  /** Undefined where sums have no such number. */
  ofSum?: (sum: Sum) => Content;
}

type Rows = readonly ExplainedRow[];

export function columnsOf({ shown, effects }: PredictionState, rows: Rows, sums: readonly Sum[]): Column[] {
  const plain = (name: string, title: string, key: Amount): Column => {
    const of = (one: ExplainedRow | Sum) => number(one[key]);
    return { name, title, ofRow: of, ofSum: of };
  };
  const barred = (name: string, title: string, key: Amount): Column => {
    const [scale, whole] = [rows, sums].map((all) => largest(all.map((one) => one[key]))) as [number, number];
    return {
      name,
      title,
      ofRow: (row) => amount(row[key], scale),
      ofSum: (sum) => amount(sum[key], whole),
    };
  };
  const adds = [
    "Adds",
    "The amount that the neuron adds to the output; all rows sum to it",
    "relevance",
  ] as const;
  if (shown.value?.contrast != null)
    return [
      barred("Difference", "Of the two amounts", "difference"),
      plain(...adds),
      plain("Adds there", "The same on the other side of the contrast", "relevance_contrast"),
    ];
  const effect = ({ component }: ExplainedRow) =>
    shown.value?.has_model && !effects.value.has(component)
      ? { text: "…", title: "" }
      : number(effects.value.get(component) ?? null);
  return [
    barred(...adds),
    {
      name: "Unusual",
      title: "Share of the other images with a lower score, and the rank among all",
      also: "slw-rare",
      ofRow: (row) => ({ text: unusualText(row), title: `Score ${exact(row.score)}` }),
    },
    {
      name: "Effect",
      title: "The output, less the output without the neuron: measured, one by one",
      also: "slw-rare",
      ofRow: effect,
    },
  ];
}

/** Returns the columns of the neurons that fire at a place. */
export function columnsAtPlace(rows: Rows): Column[] {
  const strongest = largest(rows.map(({ strength }) => strength));
  const scale = largest(rows.map(({ here }) => here));
  return [
    {
      name: "Fires here",
      title: "The activation at the place, in multiples of the neuron's highest score on any image",
      ofRow: ({ strength }) => ({
        ...number(strength),
        text: `×${significant(strength)}`,
        bar: { length: (strength ?? 0) / strongest },
      }),
    },
    {
      name: "Adds here",
      title: "The amount that the cell adds to the output",
      ofRow: ({ here }) => amount(here, scale),
    },
  ];
}

interface CellProps extends Content {
  name: string;
  also?: string | undefined;
}

export function Cell({ name, text, title, bar, also = "" }: CellProps) {
  if (bar === undefined)
    return (
      <td data-name={name} class={`slw-number ${also}`} title={title}>
        {text}
      </td>
    );
  return (
    <td data-name={name} title={title}>
      <span class="slw-amount">
        <Bar {...bar} />
        <span class="slw-number">{text}</span>
      </span>
    </td>
  );
}

function number(value: number | null): Content {
  return { text: significant(value), title: exact(value) };
}

/** A number beside a signed bar: the sign is written too. */
function amount(value: number | null, scale: number): Content {
  const { start, length, zero, negative } = barPart(value ?? Number.NaN, -scale, scale);
  const { text, title } = number(value);
  return {
    text: value !== null && value > 0 ? `+${text}` : text,
    title,
    bar: { start, length, mark: zero, also: negative ? "slw-negative" : "" },
  };
}

function unusualText({ percentile, rank }: ExplainedRow): string {
  // Breaks between the two alone, where the column is narrow.
  const place = rank === null ? "–" : `no.\u00a0${count(rank)}`;
  return percentile === null ? place : `${percent(percentile).replace(" ", "\u00a0")}, ${place}`;
}
