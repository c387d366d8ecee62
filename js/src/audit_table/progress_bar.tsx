/** Bar of a long request, with a button that stops it. */
import type { Progress } from "../kernel/types";
import { Link } from "../ui/buttons/button";
import { progressText } from "../ui/notes/doing";

interface ProgressBarProps {
  label: string;
  /** Text until there is progress. */
  waiting: string;
  progress: Progress | null;
  onStop: () => void;
}

export function ProgressBar({ label, waiting, progress, onStop }: ProgressBarProps) {
  const text = progressText(progress);
  const share = progress === null || progress.total === 0 ? {} : { value: progress.done / progress.total };
  return (
    <span class="slw-audit-waiting" role="status">
      <progress aria-label={label} max={1} {...share} />
      <span class="slw-muted">{text ?? `${waiting} …`}</span>
      <Link onClick={onStop}>Stop</Link>
    </span>
  );
}
