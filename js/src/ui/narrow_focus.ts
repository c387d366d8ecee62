import { useEffect, useRef } from "preact/hooks";

/** Narrower than this the details cover what they are about; the style sheet says the same. */
const NARROW = 640;

/** Where the details cover what they are about, the focus goes into them, and back when they close. */
export function useNarrowFocus(
  body: { current: HTMLElement | null },
  pane: { current: HTMLElement | null },
  open: boolean,
  focusBack: () => void,
): void {
  const inside = useRef(false);
  useEffect(() => {
    const covers = (body.current?.clientWidth ?? 0) < NARROW;
    if (open && covers) {
      inside.current = true;
      pane.current?.focus();
    } else if (!open && inside.current) {
      inside.current = false;
      focusBack();
    }
  }, [body, pane, open, focusBack]);
}
