/** Renderer on the graphics card: one draw call over buffers that persist between frames. */
import { FADED_OPACITY, type Frame, type MapRenderer, type PointData, RING } from "../renderer";
import type { Program, SharedContext } from "./shared_context";

/** Attribute locations of the vertex shader. */
const END = 0;
const START = 1;
const ENTRY = 2;
const STATE = 3;

type Column = "xy" | "start" | "entries" | "states";

interface Uploaded {
  buffer: WebGLBuffer;
  array: Uint16Array | Uint8Array;
}

export class WebglRenderer implements MapRenderer {
  readonly #uploaded = new Map<Column, Uploaded>();
  #palette: { texture: WebGLTexture; array: Uint8Array } | null = null;
  #generation: number;

  constructor(private readonly context: SharedContext) {
    this.#generation = context.generation;
  }

  draw(target: CanvasRenderingContext2D, data: PointData, frame: Frame): boolean {
    const { context } = this;
    if (context.lost) return false;
    if (this.#generation !== context.generation) this.#forget();
    const program = context.program();
    if (program === null) return false;
    context.reserve(frame.width, frame.height);
    this.#bind(data);
    this.#paint(program, data, frame);
    const { canvas } = context;
    target.clearRect(0, 0, frame.width, frame.height);
    target.drawImage(
      canvas,
      0,
      canvas.height - frame.height,
      frame.width,
      frame.height,
      0,
      0,
      frame.width,
      frame.height,
    );
    return !context.lost;
  }

  whenDrawn(tell: () => void): void {
    const { gl } = this.context;
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    if (fence === null) {
      tell();
      return;
    }
    gl.flush();
    const look = () => {
      const open = !gl.isContextLost() && gl.getSyncParameter(fence, gl.SYNC_STATUS) === gl.UNSIGNALED;
      if (open) {
        setTimeout(look, 1);
        return;
      }
      gl.deleteSync(fence);
      tell();
    };
    setTimeout(look, 1);
  }

  close(): void {
    const { gl } = this.context;
    for (const { buffer } of this.#uploaded.values()) gl.deleteBuffer(buffer);
    if (this.#palette !== null) gl.deleteTexture(this.#palette.texture);
    this.#forget();
  }

  #forget(): void {
    this.#generation = this.context.generation;
    this.#uploaded.clear();
    this.#palette = null;
  }

  #bind(data: PointData): void {
    const { gl } = this.context;
    const halves = (place: number) => gl.vertexAttribPointer(place, 2, gl.UNSIGNED_SHORT, false, 0, 0);
    const bytes = (place: number) => gl.vertexAttribIPointer(place, 1, gl.UNSIGNED_BYTE, 0, 0);
    for (const place of [END, START, ENTRY, STATE]) gl.enableVertexAttribArray(place);
    this.#upload("xy", data.xy);
    halves(END);
    if (data.start !== null) this.#upload("start", data.start);
    else this.#discard("start");
    halves(START);
    this.#upload("entries", data.entries);
    bytes(ENTRY);
    this.#upload("states", data.states);
    bytes(STATE);
    this.#uploadPalette(data.palette);
  }

  /** Binds the buffer of a column, uploading its array if it is new. */
  #upload(column: Column, array: Uint16Array | Uint8Array): void {
    const { gl } = this.context;
    const known = this.#uploaded.get(column);
    const buffer = known?.buffer ?? gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    if (known?.array === array) return;
    gl.bufferData(gl.ARRAY_BUFFER, array, gl.DYNAMIC_DRAW);
    this.#uploaded.set(column, { buffer, array });
  }

  #discard(column: Column): void {
    const known = this.#uploaded.get(column);
    if (known !== undefined) this.context.gl.deleteBuffer(known.buffer);
    this.#uploaded.delete(column);
    const xy = this.#uploaded.get("xy");
    if (xy !== undefined) this.context.gl.bindBuffer(this.context.gl.ARRAY_BUFFER, xy.buffer);
  }

  #uploadPalette(array: Uint8Array): void {
    const { gl } = this.context;
    const texture = this.#palette?.texture ?? gl.createTexture();
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    if (this.#palette?.array === array) return;
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, array);
    this.#palette = { texture, array };
  }

  #paint({ program, uniforms }: Program, data: PointData, frame: Frame): void {
    const { gl } = this.context;
    gl.viewport(0, 0, frame.width, frame.height);
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(0, 0, frame.width, frame.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.depthFunc(gl.LEQUAL);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.useProgram(program);
    const { scale, offset } = clipTransform(data, frame);
    const ring = RING * (globalThis.devicePixelRatio || 1);
    gl.uniform2fv(uniforms.scale, scale);
    gl.uniform2fv(uniforms.offset, offset);
    gl.uniform1f(uniforms.size, frame.size);
    gl.uniform1f(uniforms.ring, ring);
    gl.uniform1f(uniforms.opacity, frame.opacity);
    gl.uniform1f(uniforms.faded, FADED_OPACITY);
    gl.uniform1f(uniforms.arrived, frame.arrived);
    gl.uniform1f(uniforms.onTop, frame.onTop);
    gl.uniform1i(uniforms.palette, 0);
    gl.uniform3fv(
      uniforms.accent,
      frame.accent.map((value) => value / 255),
    );
    gl.uniform3fv(
      uniforms.background,
      frame.background.map((value) => value / 255),
    );
    gl.drawArrays(gl.POINTS, 0, Math.min(frame.count, data.n));
  }
}

/** Transforms steps to clip coordinates, -1 to 1 with y up. */
export function clipTransform({ space }: Pick<PointData, "space">, frame: Frame) {
  const { width, height, scale, centre } = frame;
  const perStep = [space.sx, space.sy].map((side) => (side * scale) / 65534);
  const [stepX = 0, stepY = 0] = perStep;
  const left = centre[0] - 32767 * stepX;
  const bottom = height - centre[1] - 32767 * stepY;
  return {
    scale: [(2 * stepX) / width, (2 * stepY) / height],
    offset: [(2 * left) / width - 1, (2 * bottom) / height - 1],
  };
}
