/** Zoom of a picture: its buttons, its keys, and how far a turn of the wheel goes. */
import { IconButton } from "./buttons/icon_button";

const STEP = 1.6;

interface Zoom {
  zoom: (factor: number) => void;
  showAll: () => void;
}

export function ZoomButtons({ zoom, showAll }: Zoom) {
  return (
    <>
      <IconButton icon="plus" label="Zoom in (+)" onClick={() => zoom(STEP)} />
      <IconButton icon="minus" label="Zoom out (−)" onClick={() => zoom(1 / STEP)} />
      <IconButton icon="home" label="Show all (0)" onClick={showAll} />
    </>
  );
}

export function zoomKeys({ zoom, showAll }: Zoom): Record<string, () => void> {
  const [nearer, farther] = [() => zoom(STEP), () => zoom(1 / STEP)];
  return { "+": nearer, "=": nearer, "-": farther, "0": showAll, Home: showAll };
}

/** Returns the factor by which a turn of the wheel, or two fingers on a touchpad, zooms. */
export function wheelZoom({ deltaMode, deltaY, ctrlKey }: WheelEvent): number {
  const lines = deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
  const turned = Math.max(-240, Math.min(240, deltaY * lines));
  return Math.exp(-turned * (ctrlKey && Math.abs(turned) < 30 ? 0.01 : 0.0022));
}
