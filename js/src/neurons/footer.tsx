/** Footer of a widget: the foundation model behind its numbers, and the selection. */
import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { LeftOutInfo } from "../generated/traits";
import { Link } from "../ui/buttons/button";
import { count, counted } from "../ui/format";
import { FrameButtons } from "./frame";

interface FooterProps {
  traits: Record<"foundation_model" | "caveat", Signal<string>> & {
    left_out: Signal<LeftOutInfo | null>;
    selection: Signal<string[]>;
  };
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
      <LeftOut images={props.traits.left_out.value} />
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
      <FrameButtons />
    </div>
  );
}

/** Number of the images that are not in the lens, with the reason of the first. */
function LeftOut({ images }: { images: LeftOutInfo | null }) {
  if (images === null) return null;
  const all = `${count(images.n)} of ${counted(images.n_images, "image")}`;
  const title = `${all} could not be read or transformed and were left out; the first is ${images.first}`;
  return <span class="slw-left-out" title={title}>{`${all} left out`}</span>;
}
