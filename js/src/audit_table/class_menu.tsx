/** Combobox of the audited class; its list shows every class with its spurious share. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { ClassInfo, ClassShares } from "../generated/protocol";
import { casefold } from "../neurons/casefold";
import { Icon } from "../ui/buttons/icons";
import { count, counted, percent } from "../ui/format";
import { runKey } from "../ui/keys";
import { useView } from "./context";
import { OutcomeMark } from "./outcome_mark";
import { outcomeOf, range, shareOf } from "./state/words";

/** More than fit on a screen; to find one of thousands, type. */
const MOST = 200;

export function ClassMenu() {
  const { table, id, focusRows } = useView();
  const [typed, setTyped] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const classes = table.classes.known.value?.classes ?? [];
  const found = matching(classes, typed ?? "");
  const open = typed !== null;
  const close = () => setTyped(null);
  const choose = (name: string | undefined) => {
    if (name !== undefined) table.chooseClass(name);
    close();
  };
  const show = () => {
    setTyped("");
    setActive(
      Math.max(
        0,
        classes.findIndex(({ name }) => name === table.current.className.peek()),
      ),
    );
  };
  const step = (by: number) => {
    if (!open) return show();
    setActive(Math.min(Math.max(0, active + by), Math.min(found.length, MOST) - 1));
  };
  const keys: Record<string, () => void> = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    PageDown: () => step(8),
    PageUp: () => step(-8),
    Enter: () => (open ? choose(found[active]?.name) : show()),
    Escape: () => (open ? close() : focusRows()),
  };
  return (
    <div class="slw-query slw-audit-class">
      <input
        type="text"
        role="combobox"
        class="slw-query-input"
        aria-label="Class"
        aria-expanded={open}
        aria-controls={`${id}classes`}
        aria-autocomplete="list"
        aria-activedescendant={open && found.length > 0 ? `${id}class${active}` : undefined}
        autocomplete="off"
        spellcheck={false}
        disabled={classes.length === 0}
        placeholder={
          classes.length === 0
            ? "no classes"
            : `${counted(classes.length, "class", "classes")}: type to search`
        }
        title={table.current.className.value}
        value={typed ?? table.current.className.value}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setActive(0);
        }}
        onClick={() => (open ? undefined : show())}
        onFocus={(event) => event.currentTarget.select()}
        onBlur={close}
        onKeyDown={(event) => runKey(event, keys)}
      />
      <Icon name="down" />
      {open && <Options found={found} active={active} onChoose={choose} />}
    </div>
  );
}

function matching(classes: readonly ClassInfo[], typed: string): readonly ClassInfo[] {
  const wanted = casefold(typed.trim());
  if (wanted === "") return classes;
  const starts = classes.filter(({ name }) => casefold(name).startsWith(wanted));
  const holds = classes.filter(
    ({ name }) => casefold(name).includes(wanted) && !starts.some((own) => own.name === name),
  );
  return [...starts, ...holds];
}

interface OptionsProps {
  found: readonly ClassInfo[];
  active: number;
  onChoose: (name: string) => void;
}

function Options({ found, active, onChoose }: OptionsProps) {
  const { id } = useView();
  const list = useRef<HTMLDivElement>(null);
  // Runs after every render, so that the active option is in view whatever moved it.
  useEffect(() => list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }));
  return (
    <div ref={list} id={`${id}classes`} class="slw-audit-classes" role="listbox" aria-label="Classes">
      {found.slice(0, MOST).map((info, place) => (
        <Option key={info.name} info={info} place={place} active={place === active} onChoose={onChoose} />
      ))}
      {found.length === 0 && <div class="slw-muted slw-audit-option">No class has this in its name</div>}
      {found.length > MOST && (
        <div class="slw-muted slw-audit-option">{`${count(found.length - MOST)} more: type to search`}</div>
      )}
    </div>
  );
}

interface OptionProps {
  info: ClassInfo;
  place: number;
  active: boolean;
  onChoose: (name: string) => void;
}

function Option({ info, place, active, onChoose }: OptionProps) {
  const { table, id } = useView();
  const shares = table.classes.shares.value.get(info.name);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the box above has the focus and takes the keys.
    // biome-ignore lint/a11y/useFocusableInteractive: the box above has the focus and names the active option.
    <div
      id={`${id}class${place}`}
      role="option"
      class="slw-audit-option"
      aria-selected={active}
      // Otherwise the box would lose the focus, and close its list, before the click.
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => onChoose(info.name)}
    >
      <span class="slw-cut" title={info.name}>
        {info.name}
      </span>
      {shares !== undefined && <Outcome shares={shares} nSamples={info.n_samples} />}
      <span class="slw-muted slw-number" title="Samples of the class">
        {count(info.n_samples)}
      </span>
    </div>
  );
}

/** The spurious share of a class, marked by its outcome. */
function Outcome({ shares, nSamples }: { shares: ClassShares; nSamples: number }) {
  const outcome = outcomeOf(shares.spurious, nSamples, useView().table.traits.max_spurious.value);
  return (
    <OutcomeMark
      outcome={outcome}
      title={`Share of relevance on spurious neurons, ${range(shares.spurious) || "no interval"}: ${outcome}`}
    >
      {outcome === "too few samples" ? outcome : percent(shareOf(shares, "spurious"))}
      <span class="slw-muted slw-number slw-audit-interval">
        {outcome === "too few samples" ? "" : range(shares.spurious)}
      </span>
    </OutcomeMark>
  );
}
