/** Table of the components on the image, whose amounts sum to the output. */
import type { ExplainedRow } from "../generated/protocol";
import { Name } from "../neurons/name";
import { Button, Link } from "../ui/buttons/button";
import { count, counted, exact } from "../ui/format";
import { useRoving } from "../ui/roving";
import { Cell, type Column, columnsAtPlace, columnsOf } from "./columns";
import { usePrediction } from "./context";
import { sumsOf } from "./state/sums";
import { Factor } from "./steered";

export function Rows() {
  const prediction = usePrediction();
  const { ref, handlers } = useRoving();
  const { shown, rows } = prediction;
  const found = rows.value;
  if (shown.value === null) return null;
  if (found === null) return <div class="slw-prediction-rows slw-skeleton" />;
  const atPlace = found.at.length > 0;
  const contrasts = shown.value.contrast !== null && !atPlace;
  const steers = shown.value.has_model && prediction.canChoose;
  const sums = sumsOf(shown.value, found);
  const columns = atPlace ? columnsAtPlace(found.rows) : columnsOf(prediction, found.rows, sums);
  return (
    <div class="slw-prediction-rows" tabIndex={-1}>
      {atPlace && (
        <p class="slw-at-place" role="status">
          <span>
            {`${counted(found.n, "neuron")} fire${found.n === 1 ? "s" : ""} at this place`}
            {!prediction.canChoose &&
              found.rows.length < found.n &&
              `; this page keeps the strongest ${found.rows.length}`}
          </span>
          <Link onClick={() => prediction.lookAt(null)}>Whole image (Esc)</Link>
        </p>
      )}
      {found.caveat !== "" && <p class="slw-at-place slw-weak">{found.caveat}</p>}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it moves the focus between the buttons inside. */}
      <div ref={ref} onFocusIn={handlers.onFocusIn} onKeyDown={handlers.onKeyDown}>
        <table class={`slw-explained-table ${contrasts ? "slw-contrasts" : ""}`}>
          <thead>
            <tr>
              <th scope="col">Neuron</th>
              {columns.map(({ name, title, also }) => (
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
              <Row key={row.component} row={row} columns={columns} steers={steers} />
            ))}
          </tbody>
          {!atPlace && (
            <tfoot>
              {sums.map((sum) => (
                <tr key={sum.name} class={sum.isTotal ? "slw-sum" : ""} title={sum.title}>
                  <th scope="row">{sum.name}</th>
                  {columns.map(({ name, also, ofSum }) =>
                    ofSum === undefined ? (
                      <td key={name} class={also} />
                    ) : (
                      <Cell key={name} name={name} {...ofSum(sum)} />
                    ),
                  )}
                  {steers && <td />}
                </tr>
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

interface RowProps {
  row: ExplainedRow;
  columns: readonly Column[];
  steers: boolean;
}

function Row({ row, columns, steers }: RowProps) {
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
          data-component={component}
          title={`${name}${label === "" ? "" : `: ${label}`}; score ${exact(row.score)}`}
          onClick={() => prediction.choose(component, name)}
        >
          {label !== "" && <span class="slw-row-label slw-cut">{label}</span>}
          <Name name={name} />
        </button>
      </th>
      {columns.map((column) => (
        <Cell key={column.name} name={column.name} also={column.also} {...column.ofRow(row)} />
      ))}
      {steers && (
        <td>
          <Factor names={[name]} label={name} />
        </td>
      )}
    </tr>
  );
}
