const MOST_PIXELS = 8192;

/** Sizes the canvas for the screen's resolution; returns its pixels per CSS pixel. */
export function fitCanvas(canvas: HTMLCanvasElement, width: number, height: number): number {
  const wanted = globalThis.devicePixelRatio || 1;
  const most = Math.max(1024, screen.width, screen.height) * wanted;
  const scale = Math.min(wanted, most / Math.max(width, height), MOST_PIXELS / Math.max(width, height));
  const pixels = [Math.round(width * scale), Math.round(height * scale)] as const;
  if (canvas.width !== pixels[0]) canvas.width = pixels[0];
  if (canvas.height !== pixels[1]) canvas.height = pixels[1];
  return scale;
}
