/** Placeholder where there is nothing to show: the reason, and the next step. */
import type { ComponentChildren } from "preact";

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="slw-empty">
      <p class="slw-empty-title">{title}</p>
      {children}
    </div>
  );
}
