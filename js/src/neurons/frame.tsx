/** Frame of a widget: its height, the keys that the notebook must not see, messages, and images dropped as a query. */
import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { KernelStatus } from "../kernel/types";
import { px } from "../ui/format";
import { keepFromNotebook } from "../ui/keys";
import { Messages } from "../ui/messages";
import type { Failures } from "../ui/state/failures";
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
  const { over, handlers } = useImageDrop(shown.query);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only keeps keys from the surrounding notebook.
    <div
      class={["slw", also, over ? "slw-dropping" : ""].filter(Boolean).join(" ")}
      style={{ height: px(shown.traits.height.value) }}
      tabIndex={-1}
      onKeyDown={(event) => keepFromNotebook(event, focusSearch)}
      {...handlers}
    >
      {head}
      <Messages status={shown.status.value} failures={shown.failures} />
      {children}
      {over && <div class="slw-drop">{drop}</div>}
    </div>
  );
}
