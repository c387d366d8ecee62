/** Details of a neuron beside a list: a header with its name, actions and a close button, and the contents. */
import type { ComponentChildren, Ref } from "preact";
import { IconButton } from "../ui/buttons/icon_button";
import { isPlain, runKey } from "../ui/keys";
import { CopyName } from "./copy_name";
import { Name } from "./name";

/** Above a part that was scrolled to, in pixels. */
const PART_GAP = 12;

interface DetailPaneProps {
  pane: Ref<HTMLElement>;
  name: string;
  /** Of the neuron; another one begins at the top. */
  component: number;
  actions: ComponentChildren;
  children: ComponentChildren;
  /** Opens the neuron that lies so many places further in the list. */
  onStep: (by: number) => void;
  onClose: () => void;
}

export function DetailPane({ pane, name, component, actions, children, onStep, onClose }: DetailPaneProps) {
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    if (!isPlain(event)) return;
    const step = (by: number) => () => {
      // The contents are about to be replaced, and with them what has the focus.
      if (event.target instanceof Element && event.target.closest(".slw-detail-body"))
        event.currentTarget.focus();
      onStep(by);
    };
    const read = (by: number) => () => scrollToPart(event.currentTarget, by);
    runKey(event, {
      Escape: onClose,
      ArrowLeft: step(-1),
      ArrowRight: step(1),
      ArrowUp: read(-1),
      ArrowDown: read(1),
    });
  };
  return (
    <section
      ref={pane}
      class="slw-detail"
      tabIndex={-1}
      aria-label={`Details of ${name}`}
      onKeyDown={onKeyDown}
    >
      <div class="slw-detail-header">
        <div class="slw-detail-title">
          <Name name={name} />
          <CopyName key={name} name={name} />
        </div>
        {actions}
        <span class="slw-steps">
          <IconButton icon="previous" label="Previous neuron (←)" onClick={() => onStep(-1)} />
          <IconButton icon="next" label="Next neuron (→)" onClick={() => onStep(1)} />
        </span>
        <IconButton icon="close" label="Close" title="Close (Esc)" onClick={onClose} />
      </div>
      <div class="slw-detail-body" key={component}>
        {children}
      </div>
    </section>
  );
}

/** Scrolls to the next or the previous part of the contents. */
function scrollToPart(pane: HTMLElement, by: number): void {
  const body = pane.querySelector(".slw-detail-body");
  if (body === null) return;
  const top = body.getBoundingClientRect().top;
  const parts = body.querySelectorAll(":scope > *, .slw-detail-rest > *");
  const away = [...parts]
    .map((part) => part.getBoundingClientRect().top - top)
    .filter((each) => each * by > PART_GAP);
  const next = by > 0 ? Math.min(...away) : Math.max(...away);
  body.scrollBy({ top: Number.isFinite(next) ? next - PART_GAP : by * body.scrollHeight });
}
