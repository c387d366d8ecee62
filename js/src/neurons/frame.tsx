/**
 * Frame of a widget: its height, full screen, help, the keys that the notebook must not see, messages, and images dropped
 * as a query.
 */
import type { ReadonlySignal } from "@preact/signals";
import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import type { KernelStatus } from "../kernel/types";
import { IconButton } from "../ui/buttons/icon_button";
import { px } from "../ui/format";
import { keepFromNotebook } from "../ui/keys";
import { Messages } from "../ui/notes/messages";
import type { Failures } from "../ui/state/failures";
import { useFullScreen } from "../ui/state/full_screen";
import { Help, type Keys } from "./help";
import { useImageDrop } from "./query/image_drop";
import type { Query } from "./query/query";
import type { Undo } from "./state/undo";

interface FrameProps {
  shown: {
    traits: { height: ReadonlySignal<number> };
    status: ReadonlySignal<KernelStatus>;
    failures: Failures;
    query?: Query;
    undo?: Undo;
  };
  /** Further class names. */
  also?: string;
  /** Toolbar and status line, above the messages. */
  head: ComponentChildren;
  /** Shown while an image hovers over the widget, from left to right. */
  drop?: ComponentChildren;
  /** Takes a file that is dropped on the left or the right half, which otherwise becomes the query. */
  onFile?: (file: File, isLeft: boolean) => void;
  /** Keys for the help, by where they work. */
  keys: Readonly<Record<string, Keys>>;
  focusSearch: () => void;
  children: ComponentChildren;
}

interface FrameActions {
  undo: Undo | undefined;
  full: boolean;
  toggleFull: () => void;
  help: () => void;
}

const FrameContext = createContext<FrameActions | null>(null);

export function Frame({ shown, also = "", head, drop, onFile, keys, focusSearch, children }: FrameProps) {
  const root = useRef<HTMLDivElement>(null);
  const { query, undo } = shown;
  const { over, handlers } = useImageDrop(onFile ?? (query && ((file) => void query.useImage(file))));
  const [helping, setHelping] = useState(false);
  const { on: full, above, toggle: toggleFull } = useFullScreen(root);
  const help = () => setHelping(true);
  useEffect(() => {
    if (full) (root.current?.querySelector<HTMLElement>(".slw-detail") ?? root.current)?.focus();
  }, [full]);
  const actions = { "/": focusSearch, "?": help, f: toggleFull, F: toggleFull, z: () => undo?.back() };
  const leave = (event: KeyboardEvent) => {
    if (!above || event.key !== "Escape" || helping || event.target instanceof HTMLInputElement) return;
    event.stopPropagation();
    toggleFull();
  };
  const kinds = [also, over && "slw-dropping", full && "slw-full"].filter(Boolean);
  return (
    <FrameContext.Provider value={{ full, toggleFull, help, undo }}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only keeps keys from the surrounding notebook. */}
      <div
        ref={root}
        class={["slw", ...kinds].join(" ")}
        style={{ "--slw-height": px(shown.traits.height.value) }}
        tabIndex={-1}
        onKeyDownCapture={leave}
        onKeyDown={(event) => keepFromNotebook(event, actions)}
        {...handlers}
      >
        {head}
        <Messages status={shown.status.value} failures={shown.failures} />
        {children}
        {over && <div class="slw-drop">{drop}</div>}
        {helping && (
          <Help keys={keys} queries={shown.query !== undefined} onClose={() => setHelping(false)} />
        )}
      </div>
    </FrameContext.Provider>
  );
}

/** Buttons of every widget, at the end of its footer. */
export function FrameButtons() {
  const frame = useContext(FrameContext);
  if (frame === null) return null;
  return (
    <span class="slw-frame-buttons">
      {frame.undo?.can === true && (
        <IconButton
          icon="undo"
          also="slw-plain"
          label="Undo (Z)"
          title="Undo the last selection, filter or query (Z)"
          onClick={() => frame.undo?.back()}
        />
      )}
      <IconButton icon="help" also="slw-plain" label="Help (?)" onClick={frame.help} />
      <IconButton
        icon={frame.full ? "smaller" : "fullscreen"}
        also="slw-plain"
        label={frame.full ? "Leave full screen (F)" : "Full screen (F)"}
        onClick={frame.toggleFull}
      />
    </span>
  );
}
