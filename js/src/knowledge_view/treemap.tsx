/** Treemap of the category that is shown: tiles of categories and words, as buttons. */
import { useMemo } from "preact/hooks";
import { px } from "../ui/format";
import { Empty } from "../ui/notes/empty";
import { useRoving } from "../ui/roving";
import { useSize } from "../ui/size";
import { useKnowledge } from "./context";
import { type Tile, tilesOf } from "./state/tiles";

/** Least width and height of a tile with a text, in pixels. */
const TEXT = { width: 28, height: 16 };
/** Strongest colour of a tile, in per cent: words stay legible. */
const STRONGEST = 60;

export function Treemap() {
  const knowledge = useKnowledge();
  const { ref, refocus, handlers } = useRoving();
  const { width, height } = useSize(ref);
  const node = knowledge.node.value;
  const area = knowledge.traits.area.value;
  const tiles = useMemo(
    () =>
      node === null || width === 0 || height === 0 ? [] : tilesOf(node, { x: 0, y: 0, width, height }, area),
    [node, width, height, area],
  );
  const leave = () => {
    refocus();
    knowledge.leave();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    handlers.onKeyDown(event);
    if ((event.key !== "Backspace" && event.key !== "Escape") || knowledge.trail.value.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    leave();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for inputs.
    <div
      ref={ref}
      role="group"
      class="slw-treemap"
      aria-label={`Words of ${knowledge.traits.known_layer.value}`}
      onKeyDown={onKeyDown}
      onFocusIn={handlers.onFocusIn}
    >
      {node !== null && node.n === 0 && <NothingKnown />}
      {tiles.map((tile) => (
        <TileButton key={`${tile.node.path}${tile.isFrame}`} tile={tile} onEnter={refocus} />
      ))}
    </div>
  );
}

function NothingKnown() {
  return (
    <Empty title="No neuron of this layer has a clear label">
      <p>Try a deeper layer, or words that fit its images: lens.knowledge(["crack", "rust"], layer=…).</p>
    </Empty>
  );
}

function TileButton({ tile, onEnter }: { tile: Tile; onEnter: () => void }) {
  const knowledge = useKnowledge();
  const { node, x, y, width, height, isCategory, isFrame } = tile;
  const text = node.known ? node.word : `(${node.word})`;
  const act = () => {
    if (!isCategory) return knowledge.ask(node.word);
    onEnter();
    knowledge.enter(node);
  };
  const kinds = [isFrame && "slw-tile-frame", !node.known && "slw-tile-chance"].filter(Boolean);
  const title = `${node.word}: ${knowledge.worth(node)}`;
  // What chance gives of its neurons is no sign of knowledge.
  const strength = Math.max(0, 1 - node.expected / Math.max(1, node.n));
  const isShown = width >= TEXT.width && height >= TEXT.height;
  return (
    <button
      type="button"
      class={["slw-tile", ...kinds].join(" ")}
      style={{
        left: px(x),
        top: px(y),
        width: px(width),
        height: px(height),
        "--slw-strength": `${node.known ? 12 + (STRONGEST - 12) * strength : 4}%`,
      }}
      title={title}
      aria-label={`${title}. ${isCategory ? "Category: opens it" : "Word: searches for it"}`}
      onClick={act}
    >
      {isShown && (
        <>
          <span class="slw-cut">{text}</span> <span class="slw-tile-n slw-number">{node.n}</span>
        </>
      )}
    </button>
  );
}
