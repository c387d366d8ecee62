/** The box one types a query into: history with the arrows, an image instead of text, a cross to empty it. */
import type { Ref } from "preact";
import { Icon } from "./icons";
import { usePictureUrl } from "./picture_url";

export interface QueryBoxProps {
  text: string;
  placeholder: string;
  invalid: boolean;
  describedBy: string;
  input: Ref<HTMLInputElement>;
  /** An image is the query; its picture may be unknown after the page was loaded again. */
  image: { picture: Blob | null } | null;
  onType: (text: string) => void;
  onSubmit: () => void;
  onOlder: () => void;
  onNewer: () => void;
  onImage: (file: Blob) => void;
  onClearImage: () => void;
  onLeave: () => void;
}

export function QueryBox(props: QueryBoxProps) {
  const actions: Record<string, () => void> = {
    Enter: props.onSubmit,
    ArrowUp: props.onOlder,
    ArrowDown: props.onNewer,
    Escape: props.text === "" ? props.onLeave : () => props.onType(""),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const action = actions[event.key];
    if (event.key === "Backspace" && props.text === "" && props.image !== null) props.onClearImage();
    if (action === undefined || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  const onPaste = (event: ClipboardEvent) => {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
    if (file === undefined) return;
    event.preventDefault();
    props.onImage(file);
  };
  return (
    <div class={`slw-query${props.invalid ? " slw-invalid" : ""}`}>
      <Icon name="search" />
      {props.image !== null && <QueryImage picture={props.image.picture} onClear={props.onClearImage} />}
      <input
        ref={props.input}
        type="text"
        class="slw-query-input"
        aria-label="Search neurons"
        aria-invalid={props.invalid}
        aria-describedby={props.describedBy}
        placeholder={props.image === null ? props.placeholder : "Searching by image; type to search by words"}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={props.text}
        onInput={(event) => props.onType(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      {props.text !== "" && (
        <button
          type="button"
          class="slw-icon-button"
          aria-label="Empty the query"
          title="Empty the query (Esc)"
          onClick={() => props.onType("")}
        >
          <Icon name="close" />
        </button>
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
      <button
        type="button"
        class="slw-icon-button"
        aria-label="Remove the image"
        title="Remove the image"
        onClick={onClear}
      >
        <Icon name="close" />
      </button>
    </span>
  );
}
