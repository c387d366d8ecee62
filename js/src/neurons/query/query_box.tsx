/** Query box with history (arrow keys), image queries and a clear button. */
import { IconButton } from "../../ui/buttons/icon_button";
import { Icon } from "../../ui/buttons/icons";
import { runKey } from "../../ui/keys";
import { usePictureUrl } from "../../ui/picture_url";
import type { Query } from "./query";

/** Selector of the box itself, the first one of a view. */
export const QUERY_INPUT = ".slw-query-input";

interface QueryBoxProps {
  query: Query;
  placeholder: string;
  invalid: boolean;
  /** Prefix of the view's element ids; its status line describes errors of the query. */
  id: string;
  onLeave: () => void;
}

export function QueryBox({ query, placeholder, invalid, id, onLeave }: QueryBoxProps) {
  const text = query.draft.value;
  const byImage = query.byImage.value;
  const asked = query.takesImages ? `${placeholder}, or drop an image` : placeholder;
  const actions: Record<string, () => void> = {
    Enter: () => query.submit(),
    ArrowUp: () => query.recallOlder(),
    ArrowDown: () => query.recallNewer(),
    Escape: text === "" ? onLeave : () => query.type(""),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Backspace" && text === "" && byImage) query.clearImage();
    runKey(event, actions);
  };
  const onPaste = (event: ClipboardEvent) => {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
    if (file === undefined) return;
    event.preventDefault();
    void query.useImage(file);
  };
  return (
    <div class={`slw-query${invalid ? " slw-invalid" : ""}`}>
      <Icon name="search" />
      {byImage && <QueryImage picture={query.picture.value} onClear={() => query.clearImage()} />}
      <input
        type="text"
        class="slw-query-input"
        aria-label="Search neurons"
        aria-invalid={invalid}
        aria-describedby={`${id}status`}
        placeholder={byImage ? "Searching by image; type to search by words" : asked}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={text}
        onInput={(event) => query.type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      {text !== "" && (
        <IconButton
          icon="close"
          label="Clear the query"
          title="Clear the query (Esc)"
          onClick={() => query.type("")}
        />
      )}
    </div>
  );
}

function QueryImage({ picture, onClear }: { picture: Blob | null; onClear: () => void }) {
  const url = usePictureUrl(picture);
  return (
    <span class="slw-chip">
      {url === null ? <Icon name="image" /> : <img class="slw-chip-image" src={url} alt="The query" />}
      <span class="slw-chip-text">image</span>
      <IconButton icon="close" label="Remove the image" onClick={onClear} />
    </span>
  );
}
