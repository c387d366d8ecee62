/** One tab stop for the many buttons of an element: the arrow keys move to the nearest button. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { isPlain } from "./keys";

const WAYS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** A step across its own way counts this often. */
const ASIDE = 3;

interface Roving {
  ref: { current: HTMLDivElement | null };
  /** Moves the focus to the first button once it is drawn. */
  refocus: () => void;
  handlers: { onKeyDown: (event: KeyboardEvent) => void; onFocusIn: (event: FocusEvent) => void };
}

/** Returns the reference and the handlers for the element around the buttons. */
export function useRoving(): Roving {
  const ref = useRef<HTMLDivElement>(null);
  const current = useRef<HTMLElement | null>(null);
  const awaited = useRef(false);
  useLayoutEffect(() => {
    const all = buttonsIn(ref.current);
    const active = all.find((button) => button === current.current) ?? all[0];
    for (const button of all) button.tabIndex = button === active ? 0 : -1;
    if (awaited.current) active?.focus();
    awaited.current = false;
  });
  const onFocusIn = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLButtonElement)) return;
    if (current.current !== null) current.current.tabIndex = -1;
    current.current = target;
    target.tabIndex = 0;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const way = WAYS[event.key];
    if (way === undefined || !isPlain(event) || !(event.target instanceof HTMLButtonElement)) return;
    event.preventDefault();
    event.stopPropagation();
    nearest(buttonsIn(ref.current), event.target, way)?.focus();
  };
  const refocus = () => {
    awaited.current = true;
  };
  return { ref, refocus, handlers: { onKeyDown, onFocusIn } };
}

function buttonsIn(element: HTMLElement | null): HTMLButtonElement[] {
  return [...(element?.querySelectorAll<HTMLButtonElement>("button:enabled") ?? [])];
}

/** Returns the nearest of the elements whose centre lies that way. */
function nearest<Element extends HTMLElement>(
  all: readonly Element[],
  from: Element,
  [right, down]: readonly [number, number],
): Element | undefined {
  const [x, y] = centre(from);
  let best: { element: Element; distance: number } | undefined;
  for (const element of all) {
    const [dx, dy] = [centre(element)[0] - x, centre(element)[1] - y];
    const along = dx * right + dy * down;
    const distance = along + ASIDE * Math.abs(dx * down + dy * right);
    if (element !== from && along > 0.5 && distance < (best?.distance ?? Infinity))
      best = { element, distance };
  }
  return best?.element;
}

function centre(element: HTMLElement): [number, number] {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return [(left + right) / 2, (top + bottom) / 2];
}
