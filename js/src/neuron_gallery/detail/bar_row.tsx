/** Row of a list of shares: a name, a bar and a number. */
import { Bar } from "../../ui/bar";

interface BarRowProps {
  name: string;
  title: string;
  length: number;
  text: string;
  /** Muted: the rest, which has no name of its own. */
  pale?: boolean;
}

export function BarRow({ name, title, length, text, pale = false }: BarRowProps) {
  return (
    <div class="slw-share" title={title}>
      <span class={`slw-cut${pale ? " slw-muted" : ""}`}>{name}</span>
      <Bar length={length} also={pale ? "slw-pale" : ""} />
      <span class="slw-number">{text}</span>
    </div>
  );
}
