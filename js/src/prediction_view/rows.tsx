/** Table of the components on the image, whose amounts sum to the output. */
import type { ComponentChildren } from "preact";
import type { ExplainedRow } from "../generated/protocol";
import { Name } from "../neurons/name";
import { Bar } from "../ui/bar";
import { Button, Link } from "../ui/buttons/button";
import { count, counted, exact, percent, significant } from "../ui/format";
import { useRoving } from "../ui/roving";
import { barPart } from "../ui/scale";
import { usePrediction } from "./context";
import { largest, type Sum, sumsOf } from "./state/sums";
import { Factor } from "./steered";

export function Rows() {
  const prediction = usePrediction();
  const { ref, handlers } = useRoving();
  const { shown, rows } = prediction;
  const found = rows.value;
  if (shown.value === null) return null;
  if (found === null) return <div class="slw-prediction-rows slw-skeleton" />;
  const { contrast } = shown.value;
  const atPlace = found.at.length > 0;
  const steers = shown.value.has_model && prediction.canChoose;
  const sums = sumsOf(shown.value, found);
  const key = contrast === null ? "relevance" : "difference";
  const scale = atPlace
    ? largest(found.rows.map(({ here }) => here))
    : largest(found.rows.map((row) => row[key]));
  const strongest = largest(found.rows.map(({ strength }) => strength));
  const whole = largest(sums.map((sum) => sum[key]));
  const heads = headsOf(atPlace, contrast !== null);
  return (
    <div class="slw-prediction-rows" tabIndex={-1}>
      {atPlace && (
        <p class="slw-at-place" role="status">
          <span>{`${counted(found.n, "neuron")} fire${found.n === 1 ? "s" : ""} at this place`}</span>
          <Link onClick={() => prediction.lookAt(null)}>Whole image (Esc)</Link>
        </p>
      )}
      {found.caveat !== "" && <p class="slw-at-place slw-weak">{found.caveat}</p>}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it moves the focus between the buttons inside. */}
      <div ref={ref} onFocusIn={handlers.onFocusIn} onKeyDown={handlers.onKeyDown}>
        <table class="slw-explained-table">
          <thead>
            <tr>
              <th scope="col">Neuron</th>
              {heads.map(([name, title, also]) => (
                <th key={name} scope="col" title={title} class={also}>
                  {name}
                </th>
              ))}
              {steers && (
                <th
                  scope="col"
                  class="slw-steers"
                  title="0 takes the neuron out, 1 changes nothing, 3 triples it"
                >
                  Steer
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {found.rows.map((row) => (
              <Row
                key={row.component}
                row={row}
                scale={scale}
                atPlace={atPlace}
                strongest={strongest}
                steers={steers}
              />
            ))}
          </tbody>
          {!atPlace && (
            <tfoot>
              {sums.map((sum) => (
                <SumRow
                  key={sum.name}
                  sum={sum}
                  scale={whole}
                  contrasted={contrast !== null}
                  steers={steers}
                />
              ))}
            </tfoot>
          )}
        </table>
      </div>
      {found.rows.length < found.n && found.rows.length >= 20 && (
        <Button onClick={() => prediction.more()}>{`20 more of ${count(found.n)}`}</Button>
      )}
    </div>
  );
}

const RARE = "slw-rare";
/** Some are left out where the table has little room. */
type Head = readonly [name: string, title: string, also?: "slw-rare"];

function headsOf(atPlace: boolean, contrasted: boolean): Head[] {
  if (atPlace)
    return [
      ["Fires here", "The activation at the place, in multiples of the neuron's highest score on any image"],
      ["Adds here", "The amount that the cell adds to the output"],
    ];
  const adds: Head = ["Adds", "The amount that the neuron adds to the output; all rows sum to it"];
  if (contrasted)
    return [
      ["Difference", "Of the two amounts"],
      adds,
      ["Adds there", "The same on the other side of the contrast"],
    ];
  return [
    adds,
    ["Unusual", "Share of the other images with a lower score, and the rank among all", RARE],
    ["Effect", "The output, less the output without the neuron: measured, one by one", RARE],
  ];
}

interface RowProps {
  row: ExplainedRow;
  scale: number;
  atPlace: boolean;
  /** The greatest strength at the place. */
  strongest: number;
  steers: boolean;
}

function Row({ row, scale, atPlace, strongest, steers }: RowProps) {
  const prediction = usePrediction();
  const { component, name, label } = row;
  const open = prediction.component.value === component;
  return (
    <tr
      class={open ? "slw-row-open" : ""}
      onPointerEnter={() => prediction.hover(component)}
      onPointerLeave={() => prediction.hover(null)}
    >
      <th scope="row">
        <button
          type="button"
          class="slw-row-name"
          aria-pressed={open}
          title={`${name}${label === "" ? "" : `: ${label}`}; score ${exact(row.score)}`}
          onClick={() => prediction.choose(component, name)}
        >
          {label !== "" && <span class="slw-row-label slw-cut">{label}</span>}
          <Name name={name} />
        </button>
      </th>
      {atPlace ? (
        <PlaceCells row={row} scale={scale} strongest={strongest} />
      ) : (
        <Cells row={row} scale={scale} />
      )}
      {steers && (
        <td>
          <Factor names={[name]} label={name} />
        </td>
      )}
    </tr>
  );
}

function Cells({ row, scale }: { row: ExplainedRow; scale: number }) {
  const prediction = usePrediction();
  if (prediction.shown.value?.contrast != null)
    return (
      <>
        <Amount name="Difference" value={row.difference} scale={scale} />
        <Plain name="Adds" value={row.relevance} />
        <Plain name="Adds there" value={row.relevance_contrast} />
      </>
    );
  const effects = prediction.effects.value;
  const awaited = prediction.shown.value?.has_model && !effects.has(row.component);
  return (
    <>
      <Amount name="Adds" value={row.relevance} scale={scale} />
      <td data-name="Unusual" class="slw-number slw-rare" title={`Score ${exact(row.score)}`}>
        {row.percentile === null ? rankText(row) : `${percent(row.percentile)}, ${rankText(row)}`}
      </td>
      {awaited ? (
        <td data-name="Effect" class="slw-muted slw-rare">
          …
        </td>
      ) : (
        <Plain name="Effect" value={effects.get(row.component) ?? null} also="slw-rare" />
      )}
    </>
  );
}

function rankText({ rank }: ExplainedRow): string {
  return rank === null ? "–" : `no. ${count(rank)}`;
}

function PlaceCells({ row, scale, strongest }: Pick<RowProps, "row" | "scale" | "strongest">) {
  return (
    <>
      <td data-name="Fires here">
        <span class="slw-amount">
          <Bar length={(row.strength ?? 0) / strongest} />
          <span class="slw-number">×{significant(row.strength)}</span>
        </span>
      </td>
      <Amount name="Adds here" value={row.here} scale={scale} />
    </>
  );
}

function Plain({ name, value, also = "" }: { name: string; value: number | null; also?: string }) {
  return (
    <td data-name={name} class={`slw-number ${also}`} title={exact(value)}>
      {significant(value)}
    </td>
  );
}

interface AmountProps {
  name: string;
  value: number | null;
  scale: number;
}

/** A signed bar with its number: the sign is written too. */
function Amount({ name, value, scale }: AmountProps) {
  const { start, length, zero, negative } = barPart(value ?? Number.NaN, -scale, scale);
  return (
    <td data-name={name} title={exact(value)}>
      <span class="slw-amount">
        <Bar start={start} length={length} mark={zero} also={negative ? "slw-negative" : ""} />
        <span class="slw-number">{signed(value)}</span>
      </span>
    </td>
  );
}

function signed(value: number | null): string {
  return value !== null && value > 0 ? `+${significant(value)}` : significant(value);
}

interface SumRowProps {
  sum: Sum;
  scale: number;
  contrasted: boolean;
  steers: boolean;
}

function SumRow({ sum, scale, contrasted, steers }: SumRowProps) {
  const cells: ComponentChildren = contrasted ? (
    <>
      <Amount name="Difference" value={sum.difference} scale={scale} />
      <Plain name="Adds" value={sum.relevance} />
      <Plain name="Adds there" value={sum.relevance_contrast} />
    </>
  ) : (
    <>
      <Amount name="Adds" value={sum.relevance} scale={scale} />
      <td class="slw-rare" />
      <td class="slw-rare" />
    </>
  );
  return (
    <tr class={sum.isTotal ? "slw-sum" : ""} title={sum.title}>
      <th scope="row">{sum.name}</th>
      {cells}
      {steers && <td />}
    </tr>
  );
}
