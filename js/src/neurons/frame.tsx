/** Frame of a widget: its height, the keys that the notebook must not see, messages, and images dropped as a query. */
import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import type { KernelStatus } from "../kernel/types";
import type { Failures } from "../ui/failures/failures";
import { Messages } from "../ui/failures/messages";
import { px } from "../ui/format";
import { keepFromNotebook } from "../ui/keys";
import { useImageDrop } from "./query/image_drop";
import type { Query } from "./query/query";

interface FrameProps {
  shown: {
    traits: { height: ReadonlySignal<number> };
    status: ReadonlySignal<KernelStatus>;
    failures: Failures;
    query?: Query;
  };
  /** Further class names. */
  also?: string;
  /** Toolbar and status line, above the messages. */
  head: ComponentChildren;
  /** Text while an image hovers over the widget. */
  drop?: string;
  focusSearch: () => void;
  children: ComponentChildren;
}

export function Frame({ shown, also = "", head, drop, focusSearch, children }: FrameProps) {
  const root = useRef<HTMLDivElement>(null);
  const dropping = useImageDrop(root, shown.query);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only keeps keys from the surrounding notebook.
    <div
      ref={root}
      class={["slw", also, dropping ? "slw-dropping" : ""].filter(Boolean).join(" ")}
      style={{ height: px(shown.traits.height.value) }}
      tabIndex={-1}
      onKeyDown={(event) => keepFromNotebook(event, focusSearch)}
    >
      {head}
      <Messages status={shown.status.value} failures={shown.failures} />
      {children}
      {dropping && <div class="slw-drop">{drop}</div>}
    </div>
  );
}
