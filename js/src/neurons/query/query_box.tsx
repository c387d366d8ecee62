/** Query box: text, an image, words that complete the text, past queries, queries to begin with, and a clear button. */
import { IconButton } from "../../ui/buttons/icon_button";
import { Icon } from "../../ui/buttons/icons";
import { counted } from "../../ui/format";
import { runKey } from "../../ui/keys";
import { usePictureUrl } from "../../ui/picture_url";
import { ExampleQueries } from "./example_queries";
import type { Query } from "./query";
import type { QueryPicture } from "./query_picture";
import { Suggested } from "./suggested";

/** Selector of the box itself, the first one of a view. */
export const QUERY_INPUT = ".slw-query-input";

interface QueryBoxProps {
  query: Query;
  placeholder: string;
  invalid: boolean;
  /** Prefix of the view's element ids; its status line describes errors of the query. */
  id: string;
  onLeave: () => void;
  /** Queries to begin with, shown while the box is empty. */
  examples: readonly string[];
  /** False where a dropped image is no query. */
  drops?: boolean;
}

export function QueryBox({
  query,
  placeholder,
  invalid,
  id,
  onLeave,
  examples,
  drops = true,
}: QueryBoxProps) {
  const { suggestions } = query;
  const text = query.draft.value;
  const byImage = query.byImage.value;
  const listed = suggestions.shown.value;
  const asked = query.takesImages && drops ? `${placeholder}, or drop an image` : placeholder;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Backspace" && text === "" && byImage) query.clearImage();
    runKey(event, boxKeys(query, onLeave));
  };
  const onPaste = (event: ClipboardEvent) => {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
    if (file === undefined) return;
    event.preventDefault();
    void query.useImage(file);
  };
  const list = `${id}suggested`;
  return (
    <div class={`slw-query${invalid ? " slw-invalid" : ""}`}>
      <Icon name="search" />
      {byImage && <QueryImage picture={query.picture.value} onClear={() => query.clearImage()} />}
      <input
        type="text"
        class="slw-query-input"
        role="combobox"
        aria-label="Search neurons"
        aria-invalid={invalid}
        aria-describedby={`${id}status`}
        aria-autocomplete="list"
        aria-expanded={listed !== null}
        aria-controls={listed === null ? undefined : list}
        aria-activedescendant={listed?.active == null ? undefined : `${list}${listed.active}`}
        placeholder={byImage ? "Type to search by words" : asked}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={text}
        onInput={(event) => query.type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        onBlur={() => suggestions.close()}
      />
      {text === "" && !byImage && <ExampleQueries query={query} queries={examples} />}
      <PastButton query={query} />
      {text !== "" && (
        <IconButton
          icon="close"
          label="Clear the query"
          title="Clear the query (Esc)"
          onClick={() => query.type("")}
        />
      )}
      {listed !== null && <Suggested query={query} listed={listed} id={list} />}
    </div>
  );
}

function boxKeys(query: Query, onLeave: () => void): Record<string, () => void> {
  const { suggestions } = query;
  const leave = () => {
    if (suggestions.shown.peek() !== null) suggestions.close();
    else if (query.draft.peek() === "") onLeave();
    else query.type("");
  };
  return {
    Enter: () => query.enterKey(),
    ArrowUp: () => suggestions.move(-1) || query.recallOlder(),
    ArrowDown: () => suggestions.move(1) || query.recallNewer(),
    Escape: leave,
  };
}

/** Button that lists past queries, for those who do not know of the arrow key; hidden while there are none. */
function PastButton({ query }: { query: Query }) {
  const { suggestions, draft } = query;
  // Queries enter the history with the text of the box.
  void draft.value;
  void suggestions.shown.value;
  if (!query.hasPast) return null;
  const toggle = (event: MouseEvent & { currentTarget: HTMLElement }) => {
    const box = event.currentTarget.parentElement?.querySelector<HTMLElement>(QUERY_INPUT);
    if (suggestions.shown.peek()?.kind === "past") suggestions.close();
    else suggestions.showPast();
    box?.focus();
  };
  return (
    <IconButton
      icon="past"
      label="Past queries"
      title="Past queries (↑)"
      onPointerDown={(event) => event.preventDefault()}
      onClick={toggle}
    />
  );
}

function QueryImage({ picture, onClear }: { picture: QueryPicture | null; onClear: () => void }) {
  const url = usePictureUrl(picture?.file ?? null);
  const names = picture?.names ?? [];
  const text = names.length > 1 ? counted(names.length, "image") : names[0] || "image";
  return (
    <span class="slw-chip" title={names.filter(Boolean).join("\n")}>
      {url === null ? <Icon name="image" /> : <img class="slw-chip-image" src={url} alt="The query" />}
      <span class="slw-chip-text slw-cut">{text}</span>
      <IconButton icon="close" label="Remove the image" onClick={onClear} />
    </span>
  );
}
