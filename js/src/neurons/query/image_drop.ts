import { useState } from "preact/hooks";
import type { Query } from "./query";

/** Returns whether a file hovers over an element, and the handlers that make a dropped image the query. */
export function useImageDrop(query: Query | undefined) {
  const [over, setOver] = useState(false);
  if (query === undefined) return { over, handlers: {} };
  // Also keeps JupyterLab from handling the drop as an upload.
  const take = (event: DragEvent) => {
    event.preventDefault();
    event.stopPropagation();
  };
  const onDragOver = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    take(event);
    setOver(true);
  };
  const onDragLeave = ({ currentTarget, relatedTarget }: DragEvent) => {
    const isInside = relatedTarget instanceof Node && (currentTarget as Node).contains(relatedTarget);
    if (!isInside) setOver(false);
  };
  const onDrop = (event: DragEvent) => {
    setOver(false);
    const file = event.dataTransfer?.files[0];
    if (file === undefined) return;
    take(event);
    void query.useImage(file);
  };
  return { over, handlers: { onDragEnter: onDragOver, onDragOver, onDragLeave, onDrop } };
}
