/**
 * Waits for the next animation frame, or 50 ms where none is drawn: a hidden tab draws no frames, and a widget that
 * waited for one would not be ready when the tab is shown.
 */
export function nextFrame(callback: () => void): void {
  let done = false;
  const once = () => {
    if (done) return;
    done = true;
    callback();
  };
  if (typeof requestAnimationFrame === "function") requestAnimationFrame(once);
  setTimeout(once, 50);
}
