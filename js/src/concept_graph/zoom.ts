/** Zoom of a graph, around a place that stays where it is on the screen. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { wheelZoom } from "../ui/zoom";
import type { Layout } from "./state/layout";

const LIMITS = [0.2, 4] as const;

/** Returns the scale, and what changes it; `scroll` is the element that scrolls. */
export function useZoom(scroll: { current: HTMLElement | null }, layout: Layout | null) {
  const [{ scale, x, y }, set] = useState({ scale: 1, x: 0, y: 0 });
  const last = useRef(scale);
  const { scrollLeft = 0, scrollTop = 0, clientWidth = 0, clientHeight = 0 } = scroll.current ?? {};
  useLayoutEffect(() => {
    const grown = scale / last.current;
    last.current = scale;
    scroll.current?.scrollTo((scrollLeft + x) * grown - x, (scrollTop + y) * grown - y);
  }, [scale]);
  const zoom = (factor: number, x = clientWidth / 2, y = clientHeight / 2) =>
    set((old) => ({ scale: scaled(old.scale, factor), x, y }));
  const showAll = () => {
    const { width, height } = layout as Layout;
    set({ scale: Math.min(1, clientWidth / width, clientHeight / height), x: 0, y: 0 });
  };
  const onWheel = (event: WheelEvent & { currentTarget: HTMLElement }) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const { left, top } = event.currentTarget.getBoundingClientRect();
    zoom(wheelZoom(event), event.clientX - left, event.clientY - top);
  };
  return { scale, zoom, showAll, onWheel };
}

/** Multiplies a scale within its limits; on the way past 1 it stops there. */
function scaled(scale: number, factor: number): number {
  const next = Math.min(LIMITS[1], Math.max(LIMITS[0], scale * factor));
  return (scale - 1) * (next - 1) < 0 ? 1 : next;
}
