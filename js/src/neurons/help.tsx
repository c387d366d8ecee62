/** Help of a widget: its keys, and the language of queries. */
import { Dialog } from "../ui/dialog";

/** Keys, and what they do. */
export type Keys = readonly (readonly [keys: string, does: string])[];

const EVERYWHERE: Keys = [
  ["?", "This help"],
  ["F", "Full screen, and back"],
];

const LANGUAGE: Keys = [
  ["striped fur", "Words that follow one another are one phrase"],
  ["wheel - car", "Takes the second away; also “wheel not car”"],
  ["sky + sand", "Adds two phrases"],
  ['"- sign"', "Quotation marks keep signs and spaces as they are"],
  ["#1203", "A neuron by its number"],
  ["like #1203", "Neurons like that one"],
  ["an image", "Drop one on the widget, or paste it into the box"],
];

const BOX: Keys = [
  ["↓ ↑", "In the list of words, or back through past queries"],
  ["Enter", "Searches for what is typed, or for the chosen word"],
  ["Esc", "Closes the list, clears the box, then leaves it"],
];

interface HelpProps {
  /** By where they work. */
  keys: Readonly<Record<string, Keys>>;
  /** True where there is a query box. */
  queries: boolean;
  onClose: () => void;
}

export function Help({ keys, queries, onClose }: HelpProps) {
  return (
    <Dialog label="Help" also="slw-help" head={<span class="slw-dialog-title">Help</span>} onClose={onClose}>
      <div class="slw-help-body">
        {Object.entries({ ...keys, "In the whole widget": EVERYWHERE }).map(([where, rows]) => (
          <Table key={where} title={where} rows={rows} />
        ))}
        {queries && <Table title="Queries" rows={LANGUAGE} />}
        {queries && <Table title="In the query box" rows={BOX} />}
      </div>
    </Dialog>
  );
}

function Table({ title, rows }: { title: string; rows: Keys }) {
  return (
    <section class="slw-help-part">
      <div class="slw-heading">{title}</div>
      <dl class="slw-help-rows">
        {rows.map(([keys, does]) => (
          <div key={keys} class="slw-help-row">
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
