import { useEffect, useRef } from "preact/hooks";

/** Width below which the details cover the list, as in the style sheet. */
const NARROW = 640;

/** In a narrow view and in full screen, where the details cover the list, moves the focus into the details when they open, and back when they close. */
export function useNarrowFocus(
  body: { current: HTMLElement | null },
  pane: { current: HTMLElement | null },
  open: boolean,
  focusBack: () => void,
): void {
  const inside = useRef(false);
  useEffect(() => {
    const covers = (body.current?.clientWidth ?? 0) < NARROW || body.current?.closest(".slw-full") != null;
    if (open && covers) {
      inside.current = true;
      pane.current?.focus();
    } else if (!open && inside.current) {
      inside.current = false;
      focusBack();
    }
  }, [body, pane, open, focusBack]);
}
