/** Footer of a widget: the foundation model behind its numbers, and the selection. */
import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Link } from "../ui/buttons/button";
import { count } from "../ui/format";

interface FooterProps {
  traits: Record<"foundation_model" | "caveat", Signal<string>> & { selection: Signal<string[]> };
  /** Objects that the foundation model compares, such as "Neurons and queries". */
  compared: string;
  /** Shown first, before the foundation model. */
  method?: ComponentChildren;
  /** Shown between the foundation model and the selection. */
  children?: ComponentChildren;
  /** Replaces the number of selected neurons. */
  selected?: string | null;
  /** Further actions on the selected neurons. */
  actions?: ComponentChildren;
  onClear: () => void;
}

export function Footer(props: FooterProps) {
  const { foundation_model, caveat, selection } = props.traits;
  const about = caveat.value === "" ? foundation_model.value : `${foundation_model.value}: ${caveat.value}`;
  return (
    <div class="slw-footer">
      <span class="slw-cut" title={`${props.compared} are compared by ${about}`}>
        {props.method}
        {foundation_model.value}
        {caveat.value !== "" && <span class="slw-caveat"> · {caveat.value}</span>}
      </span>
      {props.children}
      {selection.value.length > 0 && (
        <span class="slw-selection">
          <span title={selection.value.slice(0, 20).join(", ")}>
            {props.selected ?? `${count(selection.value.length)} selected`}
          </span>
          {props.actions}
          <Link title="Clear the selection (Esc)" onClick={props.onClear}>
            Clear
          </Link>
        </span>
      )}
    </div>
  );
}
