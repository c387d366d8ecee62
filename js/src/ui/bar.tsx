/** Bar of a number, with a mark. */

interface BarProps {
  /** Of the bar's width, like all that follow. */
  length: number;
  start?: number;
  mark?: number;
  /** Further class names of the filled part. */
  also?: string;
}

export function Bar({ length, start = 0, mark, also = "" }: BarProps) {
  const style = { left: `${100 * start}%`, width: `${100 * length}%` };
  return (
    <span class="slw-bar" aria-hidden="true">
      <span class={`slw-bar-fill ${also}`.trimEnd()} style={style} />
      {mark !== undefined && <span class="slw-bar-zero" style={{ left: `${100 * mark}%` }} />}
    </span>
  );
}

interface BarRowProps {
  name: string;
  title: string;
  length: number;
  text: string;
  /** Muted: the rest, which has no name of its own. */
  pale?: boolean;
}

/** Row of a list of shares: a name, a bar and a number. */
export function BarRow({ name, title, length, text, pale = false }: BarRowProps) {
  return (
    <div class="slw-share" title={title}>
      <span class={`slw-cut${pale ? " slw-muted" : ""}`}>{name}</span>
      <Bar length={length} also={pale ? "slw-pale" : ""} />
      <span class="slw-number">{text}</span>
    </div>
  );
}
