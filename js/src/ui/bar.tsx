/** Bar of a number, with a mark. */

export interface BarProps {
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
