/**
 * One WebGL context for all maps of a page: browsers allow about sixteen and drop the oldest without notice. Maps take
 * turns drawing into its hidden canvas, and copy the result to their own.
 */
import { FRAGMENT_SHADER, VERTEX_SHADER } from "./shaders";

const UNIFORMS = [
  "scale",
  "offset",
  "size",
  "ring",
  "opacity",
  "faded",
  "arrived",
  "onTop",
  "palette",
  "accent",
  "background",
] as const;

export type Uniform = (typeof UNIFORMS)[number];

export interface Program {
  program: WebGLProgram;
  uniforms: Record<Uniform, WebGLUniformLocation | null>;
}

export class SharedContext {
  /** Increases with every loss; resources made before it are gone. */
  generation = 0;
  /** Undefined until first used; null when it cannot be built. */
  #built: Program | null | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(
    readonly canvas: HTMLCanvasElement,
    readonly gl: WebGL2RenderingContext,
  ) {
    canvas.addEventListener("webglcontextlost", (event) => {
      // Without this the browser never restores the context.
      event.preventDefault();
      this.generation += 1;
      this.#built = undefined;
      this.#tell();
    });
    canvas.addEventListener("webglcontextrestored", () => this.#tell());
  }

  get lost(): boolean {
    return this.gl.isContextLost();
  }

  /** Calls back when the context is lost and when it is restored. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Builds the program once per life of the context; null when that fails. */
  program(): Program | null {
    if (this.#built === undefined) this.#built = buildProgram(this.gl);
    return this.#built;
  }

  /** Grows the canvas to at least this size; it never shrinks, so that maps of several sizes do not reallocate it. */
  reserve(width: number, height: number): void {
    if (this.canvas.width < width) this.canvas.width = width;
    if (this.canvas.height < height) this.canvas.height = height;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

let shared: SharedContext | null | undefined;
const forced = Symbol.for("semanticlens_widgets.renderer");

/**
 * Returns the page's context; null without WebGL2, or with one computed by the processor, which is slower than
 * `canvas_renderer.ts`. Tests set globalThis[Symbol.for("semanticlens_widgets.renderer")] to "webgl2" or "canvas2d".
 */
export function contextWorthUsing(): SharedContext | null {
  const wish = (globalThis as unknown as Record<symbol, unknown>)[forced];
  if (wish === "canvas2d") return null;
  if (shared === undefined) shared = create();
  return shared !== null && (wish === "webgl2" || !isSoftware(shared.gl)) ? shared : null;
}

function isSoftware(gl: WebGL2RenderingContext): boolean {
  const names = gl.getExtension("WEBGL_debug_renderer_info");
  const renderer = String(gl.getParameter(names === null ? gl.RENDERER : names.UNMASKED_RENDERER_WEBGL));
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(renderer);
}

function create(): SharedContext | null {
  const canvas = document.createElement("canvas");
  // The picture is copied in the task that draws it, so that the browser need not preserve it.
  const gl = canvas.getContext("webgl2", {
    antialias: false,
    alpha: true,
    premultipliedAlpha: true,
    depth: true,
  });
  return gl === null ? null : new SharedContext(canvas, gl);
}

function buildProgram(gl: WebGL2RenderingContext): Program | null {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, VERTEX_SHADER],
    [gl.FRAGMENT_SHADER, FRAGMENT_SHADER],
  ] as const) {
    const shader = gl.createShader(kind);
    if (shader === null) return null;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
    if (!gl.isContextLost()) console.error(gl.getProgramInfoLog(program));
    return null;
  }
  const location = (name: Uniform) => [name, gl.getUniformLocation(program, name)] as const;
  return { program, uniforms: Object.fromEntries(UNIFORMS.map(location)) as Program["uniforms"] };
}
