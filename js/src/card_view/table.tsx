/** Table of a card: rows are layers or checkpoints, columns are numbers with their histograms. */
import type { NumberInfo, RowNumber } from "../generated/traits";
import { Link } from "../ui/buttons/button";
import { count, counted, exact } from "../ui/format";
import { useRoving } from "../ui/roving";
import { useCard } from "./context";
import { Histogram } from "./histogram";
import { type PlacedRow, written } from "./state/state";

export function Table() {
  const card = useCard();
  const { ref, handlers } = useRoving();
  const onKeyDown = (event: KeyboardEvent) => {
    handlers.onKeyDown(event);
    if (event.key === "Escape") card.clear();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it moves the focus between the bars inside.
    <div ref={ref} class="slw-card-scroll" onKeyDown={onKeyDown} onFocusIn={handlers.onFocusIn}>
      <table class="slw-card-table">
        <thead>
          <tr>
            <th scope="col">{card.card.value.one_lens ? "Layer" : "Model"}</th>
            {card.card.value.numbers.map((number) => (
              <NumberHead key={number.key} number={number} />
            ))}
          </tr>
        </thead>
        <tbody>
          {card.rows.value.map((row) => (
            <Row key={row.place} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NumberHead({ number }: { number: NumberInfo }) {
  const { traits } = useCard();
  const ranked = traits.ranked.value && traits.number.value === number.key;
  return (
    <th
      scope="col"
      title={`${number.meaning}; ${number.lower_is_better ? "low" : "high"} is more interpretable`}
      {...(ranked ? { "aria-sort": number.lower_is_better ? "ascending" : "descending" } : {})}
    >
      {number.title}
    </th>
  );
}

function Row({ row }: { row: PlacedRow }) {
  const { card } = useCard();
  return (
    <tr class={row.layer === "" ? "slw-card-total" : ""}>
      <th scope="row">
        <RowName row={row} />
        <span class="slw-muted">
          {counted(row.n_components, "neuron")}
          {row.n_dead > 0 && ` (${count(row.n_dead)} dead)`}
        </span>
      </th>
      {card.value.numbers.map((number, column) => (
        <Cell
          key={number.key}
          row={row}
          column={column}
          number={number}
          own={row.numbers[column] as RowNumber}
        />
      ))}
    </tr>
  );
}

function RowName({ row }: { row: PlacedRow }) {
  const card = useCard();
  const { name, layer } = row;
  if (layer === "") return <span class="slw-card-name">{`${name}, all layers`}</span>;
  const isPlain = !card.card.value.one_lens || card.status.value === "kept";
  return (
    <>
      {isPlain ? (
        <span class="slw-card-name">{name}</span>
      ) : (
        <Link
          class="slw-link slw-card-name"
          title={`Show ${layer} in the other widgets`}
          onClick={() => card.showLayer(layer)}
        >
          {name}
        </Link>
      )}
      {name !== layer && <span class="slw-muted">{layer}</span>}
    </>
  );
}

interface CellProps {
  row: PlacedRow;
  column: number;
  number: NumberInfo;
  own: RowNumber;
}

function Cell({ row, column, number, own }: CellProps) {
  const { traits } = useCard();
  const isRanked = traits.ranked.value && traits.number.value === number.key;
  const alike = isRanked && row.layer !== "" && !own.apart;
  return (
    <td data-name={number.title}>
      <span class="slw-card-value" title={`${number.title} ${exact(own.mean)}: ${number.meaning}`}>
        <span class="slw-strong slw-number">{written(number, own.mean)}</span>
        <span
          class="slw-muted slw-number"
          title={`95 % interval over neurons: ${exact(own.low)} to ${exact(own.high)}`}
        >{`${written(number, own.low)} to ${written(number, own.high)}`}</span>
        {alike && !row.isLast && (
          <span class="slw-card-alike" title="Not apart from the next with 95 % confidence">
            ≈ next
          </span>
        )}
      </span>
      <Histogram row={row} column={column} number={number} own={own} />
      <span class="slw-muted slw-number" title={`Random groups of images have ${exact(own.chance)}`}>
        {`chance ${written(number, own.chance)}`}
      </span>
    </td>
  );
}
