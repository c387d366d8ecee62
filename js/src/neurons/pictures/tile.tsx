/** Small picture to choose from, with a label and a number. */
import type { ComponentChildren } from "preact";
import { Montage } from "./montage";
import type { PictureStore } from "./thumbnails";

/** Size in pixels: a pane of details shows four in a row. */
const TILE = 68;
/** Thumbnails have so many pixels. */
const LARGE = 128;

interface TileProps {
  pictures: PictureStore<ImageBitmap>;
  row: number;
  label: string;
  title?: string;
  /** Undefined where a click shows the picture above the page and marks nothing. */
  pressed?: boolean;
  /** As large as its place allows. */
  large?: boolean;
  /** Further class names of the text. */
  also?: string;
  /** Undefined while there is nothing to show. */
  onShow?: () => void;
  /** The number. */
  children?: ComponentChildren;
}

export function Tile({
  pictures,
  row,
  label,
  title,
  pressed,
  large = false,
  also = "",
  onShow,
  children,
}: TileProps) {
  return (
    <button
      type="button"
      class="slw-example"
      aria-pressed={pressed}
      title={title}
      disabled={onShow === undefined}
      onClick={onShow}
    >
      <Montage pictures={pictures} rows={[row]} side={1} size={large ? LARGE : TILE} fluid={large} />
      <span class={`slw-example-text ${also}`.trimEnd()}>
        <span class="slw-cut">{label}</span>
        {children !== undefined && <span class="slw-number">{children}</span>}
      </span>
    </button>
  );
}
