/** The explained image with the heat map of the open neuron; a click or the arrow keys choose a place on it. */
import { useState } from "preact/hooks";
import { significant } from "../ui/format";
import { isPlain } from "../ui/keys";
import { usePictureUrl } from "../ui/picture_url";
import { usePrediction } from "./context";
import { type Cell, cellOf, moved, pixelOf } from "./state/places";
import type { Shown } from "./state/state";

const WAYS: Readonly<Record<string, Cell>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const OPACITY = 0.6;

export function ExplainedImage() {
  const prediction = usePrediction();
  const [opacity, setOpacity] = useState(OPACITY);
  const shown = prediction.shown.value as Shown;
  const heat = prediction.heat.value;
  const { own, contrast, pictures } = shown;
  return (
    <section class="slw-explained" aria-label="The image">
      <div class="slw-explained-pair">
        <figure>
          <Layers picture={pictures[0]} heat={heat?.files[0]} opacity={opacity} alt={titleOf(own)}>
            {shown.grid !== null && <Places shown={shown} />}
          </Layers>
          <figcaption class="slw-muted slw-cut">{titleOf(own)}</figcaption>
        </figure>
        {contrast !== null && pictures[1] && (
          <figure>
            <Layers picture={pictures[1]} heat={heat?.files[1]} opacity={opacity} alt={titleOf(contrast)} />
            <figcaption class="slw-muted slw-cut">{titleOf(contrast)}</figcaption>
          </figure>
        )}
      </div>
      {heat === null ? (
        <p class="slw-muted">
          {shown.grid === null
            ? "No places: the neurons of this layer have none on the image."
            : prediction.canChoose
              ? "A click on the image shows what fires there, a neuron where it fires."
              : "A click on the image shows what fires most there, a neuron where it fires."}
        </p>
      ) : (
        <div class="slw-heat-legend">
          <span>0</span>
          <span class="slw-heat-scale" aria-hidden="true" />
          <span title="The highest activation on this image, in multiples of the neuron's highest score on any image">
            {`${significant(heat.maps[0]?.highest)} (×${significant(heat.maps[0]?.strength)})`}
          </span>
          <input
            type="range"
            min="0"
            max="1"
            step="0.05"
            value={opacity}
            aria-label="Opacity of the heat map"
            title="Opacity of the heat map"
            onInput={(event) => setOpacity(Number(event.currentTarget.value))}
          />
        </div>
      )}
    </section>
  );
}

interface LayersProps {
  picture: Blob | null | undefined;
  heat: Blob | null | undefined;
  opacity: number;
  alt: string;
  children?: preact.ComponentChildren;
}

function Layers({ picture, heat, opacity, alt, children }: LayersProps) {
  const url = usePictureUrl(picture ?? null);
  const over = usePictureUrl(heat ?? null);
  return (
    <div class={`slw-explained-picture${over === null ? "" : " slw-heated"}`}>
      {url === null ? (
        <span class="slw-nothing">no picture</span>
      ) : (
        <img src={url} alt={alt} draggable={false} />
      )}
      {over !== null && <img class="slw-heat" src={over} alt="" style={{ opacity }} draggable={false} />}
      {children}
    </div>
  );
}

function Places({ shown }: { shown: Shown }) {
  const prediction = usePrediction();
  const grid = { grid: shown.grid ?? [], sides: shown.sides };
  const cell = cellOf(grid, prediction.traits.place.value);
  const [rows = 1, columns = 1] = grid.grid;
  const look = (to: Cell) => prediction.lookAt(pixelOf(grid, to));
  const onClick = (event: MouseEvent & { currentTarget: HTMLElement }) => {
    if (event.detail === 0) return; // by a key
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const share = (at: number, n: number) => Math.min(n - 1, Math.max(0, Math.floor(at * n)));
    look([share((event.clientX - left) / width, columns), share((event.clientY - top) / height, rows)]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const way = WAYS[event.key];
    const leaves = event.key === "Escape" && cell !== null;
    if ((way === undefined && !leaves) || !isPlain(event)) return;
    event.preventDefault();
    event.stopPropagation();
    if (way === undefined) prediction.lookAt(null);
    else look(moved(grid, cellOf(grid, prediction.traits.place.peek()), way));
  };
  const first = prediction.rows.value?.rows[0];
  const said = cell === null ? "" : `, row ${cell[1] + 1}, column ${cell[0] + 1}`;
  return (
    <>
      <button
        type="button"
        class="slw-places"
        aria-label={`Places of the image${said}`}
        title="Click: the neurons that fire there (arrow keys move, Esc goes back)"
        onClick={onClick}
        onKeyDown={onKeyDown}
      >
        {cell !== null && (
          <span
            class="slw-place"
            style={{
              left: `${(100 * cell[0]) / columns}%`,
              top: `${(100 * cell[1]) / rows}%`,
              width: `${100 / columns}%`,
              height: `${100 / rows}%`,
            }}
          />
        )}
      </button>
      <span class="slw-hidden" aria-live="polite">
        {cell !== null && first !== undefined && `${first.name} ${first.label} fires most there`}
      </span>
    </>
  );
}

function titleOf({ sample, label, name }: Shown["own"]): string {
  const what = sample === null ? "" : `image ${sample}`;
  return [what, label, name].filter(Boolean).join(" · ") || "the image";
}
