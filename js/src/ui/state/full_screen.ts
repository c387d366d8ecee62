/** Full screen of one element: by the browser, or above the rest of the page where the page may not use that. */
import { useEffect, useState } from "preact/hooks";

type ElementRef = { current: HTMLElement | null };

interface FullScreen {
  on: boolean;
  /** True while the element lies above the page without the browser's full screen; Esc does not end that by itself. */
  above: boolean;
  toggle: () => void;
}

export function useFullScreen(element: ElementRef): FullScreen {
  const [on, setOn] = useState(false);
  const [above, setAbove] = useState(false);
  useEffect(() => {
    const follow = () => setOn(isFull(element.current));
    document.addEventListener("fullscreenchange", follow);
    return () => document.removeEventListener("fullscreenchange", follow);
  }, [element]);
  const leave = () => {
    lift(element.current, false);
    setAbove(false);
  };
  const enter = () => {
    const refused = () => {
      lift(element.current, true);
      setAbove(true);
    };
    // Pages in frames may have no full screen, and any page may refuse it.
    if (document.fullscreenEnabled) element.current?.requestFullscreen().catch(refused);
    else refused();
  };
  const toggle = () => {
    if (above) leave();
    else if (on) document.exitFullscreen().catch(() => undefined);
    else enter();
  };
  return { on: on || above, above, toggle };
}

/** A popover lies above all others, whatever surrounds it; without popovers the style sheet does what it can. */
function lift(element: HTMLElement | null, up: boolean): void {
  if (element?.showPopover === undefined) return;
  if (up) {
    element.popover = "manual";
    element.showPopover();
  } else {
    element.hidePopover();
    element.popover = null;
  }
}

function isFull(element: HTMLElement | null): boolean {
  const root = element?.getRootNode() as Partial<DocumentOrShadowRoot> | undefined;
  return element !== null && root?.fullscreenElement === element;
}
