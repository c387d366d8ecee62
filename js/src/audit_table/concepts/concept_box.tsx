/** Text box that adds or changes a concept, with completions from the vocabularies. */
import { useEffect, useState } from "preact/hooks";
import { type Side, tidied } from "../../audits/requirements";
import { runKey } from "../../ui/keys";
import { useView } from "../context";

const ASK: Readonly<Record<Side, string>> = {
  valid: "such as horns",
  spurious: "such as palm tree",
};

interface ConceptBoxProps {
  side: Side;
  input: { current: HTMLInputElement | null };
  draft: string;
  empty: boolean;
  /** The concept that the text takes the place of. */
  editing: string | undefined;
  onDraft: (draft: string) => void;
  onEnter: () => void;
  onBack: () => void;
  describedBy: string;
}

export function ConceptBox({
  side,
  input,
  draft,
  empty,
  editing,
  onDraft,
  onEnter,
  onBack,
  describedBy,
}: ConceptBoxProps) {
  const { table, id, focusRows } = useView();
  const words = useCompletions(draft);
  const actions: Record<string, (() => void) | undefined> = {
    Enter: tidied(draft) === "" ? undefined : onEnter,
    Backspace: draft === "" ? onBack : undefined,
    Escape: () => (draft === "" ? focusRows() : onDraft("")),
  };
  return (
    <>
      <input
        ref={input}
        type="text"
        class="slw-audit-box"
        aria-label={editing === undefined ? `Add a ${side} concept` : `Change ${editing}`}
        aria-describedby={describedBy}
        list={`${id}${side}words`}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        disabled={table.current.className.value === ""}
        placeholder={empty ? ASK[side] : "add"}
        value={draft}
        onInput={(event) => onDraft(event.currentTarget.value)}
        onKeyDown={(event) => runKey(event, actions)}
      />
      <datalist id={`${id}${side}words`}>
        {words.map((word) => (
          <option key={word} value={word} />
        ))}
      </datalist>
    </>
  );
}

/** Fetches the vocabularies' words that begin with the text. */
function useCompletions(draft: string): readonly string[] {
  const { table } = useView();
  const [words, setWords] = useState<readonly string[]>([]);
  const text = tidied(draft);
  useEffect(() => {
    let stale = false;
    if (text.length < 2) setWords([]);
    else
      table.complete(text).then((found) => {
        if (!stale) setWords(found);
      });
    return () => {
      stale = true;
    };
  }, [table, text]);
  return words;
}
