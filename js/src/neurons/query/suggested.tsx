/** List of words or past queries below the query box, which keeps the focus and names the chosen item. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Query } from "./query";
import type { Suggested as Listed } from "./suggestions";

interface SuggestedProps {
  query: Query;
  listed: Listed;
  /** Of the list; its items have theirs from it and their place. */
  id: string;
}

export function Suggested({ query, listed, id }: SuggestedProps) {
  const { kind, items, active } = listed;
  const chosen = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    chosen.current?.scrollIntoView?.({ block: "nearest" });
  }, [active, items]);
  return (
    <div
      id={id}
      class="slw-suggested"
      role="listbox"
      aria-label={kind === "words" ? "Words" : "Past queries"}
    >
      {items.map((item, place) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the box has the focus and takes the keys.
        // biome-ignore lint/a11y/useFocusableInteractive: the box has the focus and names the chosen item.
        <div
          key={item}
          ref={place === active ? chosen : null}
          id={`${id}${place}`}
          class="slw-suggestion slw-cut"
          role="option"
          aria-selected={place === active}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => query.take(place)}
        >
          {item}
        </div>
      ))}
    </div>
  );
}
