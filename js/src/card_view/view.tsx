/** View of an interpretability card: its table with histograms, and the curve of one number. */
import type { CardViewTraits } from "../generated/traits";
import type { ViewProps } from "../kernel/types";
import { Footer } from "../neurons/footer";
import { Frame } from "../neurons/frame";
import { Menu } from "../ui/buttons/menu";
import { counted } from "../ui/format";
import { draw } from "../ui/view_context";
import "./card_view.css";
import { CardContext, useCard } from "./context";
import { Curve } from "./curve";
import { CardState } from "./state/state";
import { Table } from "./table";

const KEYS = [
  ["arrows", "From bar to bar"],
  ["Enter", "Shows the neurons of the bar in the other widgets, or all of them again"],
  ["Esc", "Clears the chosen bar"],
] as const;

/** Draws a card into `el` until `signal` aborts. */
export function showCardView(props: ViewProps<CardViewTraits>): CardState {
  const { el, signal } = props;
  const card = new CardState(props);
  const focusSearch = () => el.querySelector<HTMLElement>(".slw-toolbar select")?.focus();
  draw(
    <CardContext.Provider value={card}>
      <Frame
        shown={card}
        also="slw-fits"
        keys={{ "In the table": KEYS }}
        focusSearch={focusSearch}
        head={<Head />}
      >
        <div class="slw-card-body">
          <Curve />
          <Table />
        </div>
        <CardFooter />
      </Frame>
    </CardContext.Provider>,
    el,
    signal,
  );
  return card;
}

function Head() {
  const card = useCard();
  const { numbers, rows, n_parts, one_lens } = card.card.value;
  const { number, ranked } = card.traits;
  const n = rows.slice(0, n_parts).reduce((sum, row) => sum + row.n_components, 0);
  const kept = card.status.value === "kept";
  return (
    <>
      {n_parts > 1 && (
        <div class="slw-toolbar slw-card-toolbar">
          <Menu
            label="Number"
            named
            title="The number of the curve and the ranking"
            value={number.value}
            options={numbers.map(({ key, title, meaning }) => ({ value: key, name: title, title: meaning }))}
            onChoose={(key) => card.chooseNumber(key)}
          />
          <Menu
            label="Order"
            named
            title="The order of the rows"
            value={ranked.value ? "ranked" : "given"}
            options={[
              { value: "given", name: "as given" },
              { value: "ranked", name: "most interpretable first" },
            ]}
            onChoose={(order) => card.rank(order === "ranked")}
          />
        </div>
      )}
      <div class="slw-status" role="status">
        <span class="slw-strong">
          {`${counted(n, "neuron")} of ${counted(n_parts, one_lens ? "layer" : "model")}`}
        </span>
        <span class="slw-muted slw-cut">
          {card.chosen.value ??
            (kept ? "in the notebook, bars select neurons" : "a bar shows its neurons in the other widgets")}
        </span>
      </div>
    </>
  );
}

function CardFooter() {
  const card = useCard();
  return <Footer traits={card.traits} compared="Examples" onClear={() => card.clear()} />;
}
