/** Shaders of the WebGL renderer. */
import { HOLLOW_WIDTH, LEFT_OPACITY } from "../renderer";

/**
 * Position, size and colour of a point. Depth sets the stacking whatever the drawing order: selected points on top,
 * then (where asked for) high values, then low ones, then filtered points.
 */
export const VERTEX_SHADER = `#version 300 es
layout(location = 0) in vec2 end;
layout(location = 1) in vec2 start;
layout(location = 2) in uint entry;
layout(location = 3) in uint state;
uniform vec2 scale;
uniform vec2 offset;
uniform float size;
uniform float ring;
uniform float opacity;
uniform float faded;
uniform float arrived;
uniform float onTop;
uniform sampler2D palette;
flat out vec4 colour;
flat out float diameter;
flat out float selected;
flat out float hollow;
void main() {
  bool fades = (state & 1u) != 0u;
  selected = (state & 2u) != 0u ? 1.0 : 0.0;
  hollow = (state & 8u) != 0u ? 1.0 : 0.0;
  if ((state & 4u) != 0u) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    gl_PointSize = 1.0;
    return;
  }
  float level = entry == 255u ? -abs(onTop) : onTop * float(entry) / 254.0;
  float depth = selected > 0.5 ? -0.9 : fades ? 0.9 : -0.4 * level;
  gl_Position = vec4(mix(start, end, arrived) * scale + offset, depth, 1.0);
  diameter = selected > 0.5 ? size + ring : size;
  gl_PointSize = diameter + 1.0;
  vec3 rgb = texelFetch(palette, ivec2(int(entry), 0), 0).rgb;
  float alpha = selected > 0.5 ? 1.0 : fades ? opacity * faded : opacity;
  if ((state & 16u) != 0u) alpha *= arrived;
  if ((state & 32u) != 0u) alpha *= mix(1.0, ${LEFT_OPACITY}, arrived);
  colour = vec4(rgb, alpha);
}`;

export const FRAGMENT_SHADER = `#version 300 es
precision highp float;
flat in vec4 colour;
flat in float diameter;
flat in float selected;
flat in float hollow;
uniform float size;
uniform vec3 accent;
uniform vec3 background;
out vec4 pixel;
void main() {
  float away = length(gl_PointCoord - 0.5) * (diameter + 1.0);
  float inside = clamp(0.5 * diameter + 0.5 - away, 0.0, 1.0);
  if (hollow > 0.5 && selected < 0.5) {
    float width = max(${HOLLOW_WIDTH[1]}, ${HOLLOW_WIDTH[0]} * diameter);
    inside -= clamp(0.5 * diameter - width + 0.5 - away, 0.0, 1.0);
  }
  if (inside <= 0.02) discard;
  vec3 rgb = colour.rgb;
  if (selected > 0.5) {
    float core = clamp(0.5 * size + 0.5 - away, 0.0, 1.0);
    float gap = clamp(0.5 * size + 1.5 - away, 0.0, 1.0);
    rgb = mix(mix(accent, background, gap), colour.rgb, core);
  }
  float alpha = colour.a * inside;
  pixel = vec4(rgb * alpha, alpha);
}`;
