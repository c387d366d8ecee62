/** Visible names: in all that a widget draws, characters that hide or turn the text around them are escapes. */
import { options, type VNode } from "preact";

// As in `_texts.py`, but for tabs and line breaks, which a page shows as spaces.
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\ud800-\udfff]/gu;
const ATTRIBUTES = ["title", "aria-label", "alt", "placeholder"];

/** Writes hidden characters as escapes such as `\u202e`. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (found) => `\\u${(found.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);
}

/** Makes every text that Preact draws visible, whichever component draws it. */
export function drawVisibly(): void {
  const before = options.vnode;
  options.vnode = (vnode: VNode) => {
    if (typeof vnode.type === "string") clean(vnode.props as Record<string, unknown>);
    before?.(vnode);
  };
}

function clean(props: Record<string, unknown>): void {
  for (const name of ATTRIBUTES) {
    const text = props[name];
    if (typeof text === "string") props[name] = visible(text);
  }
  if ("children" in props) props.children = shown(props.children);
}

function shown(children: unknown): unknown {
  if (typeof children === "string") return visible(children);
  return Array.isArray(children) ? children.map(shown) : children;
}
