import { useState } from "preact/hooks";

/** Returns whether a file hovers over an element, and the handlers that take a file and the half that it is dropped on. */
export function useImageDrop(onFile: ((file: File, isLeft: boolean) => void) | undefined) {
  const [over, setOver] = useState(false);
  if (onFile === undefined) return { over, handlers: {} };
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
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    onFile(file, event.clientX < left + width / 2);
  };
  return { over, handlers: { onDragEnter: onDragOver, onDragOver, onDragLeave, onDrop } };
}
