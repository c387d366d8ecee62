/** Views that are loaded when one of them is first shown: Python sends the part that they are in, and pages hold it. */
import type { RenderProps } from "@anywidget/types";
import { type ComponentChildren, render } from "preact";
import { PART_OF } from "./generated/constants";
import type { Channel } from "./kernel/channel";
import { KernelClient } from "./kernel/client";
import { addStyles } from "./kernel/host/styles";
import { showPicture } from "./picture";
import { KEY, SHARED } from "./shared";
import { Messages } from "./ui/notes/messages";
import { Failures } from "./ui/state/failures";

export type Show = (props: RenderProps, channel: Channel) => unknown;
type OnDemand = keyof typeof PART_OF;

const views: Record<string, Show> = {};
const styles = new Map<string, Promise<string>>();

/** Adds the views of a part, which calls this as it is evaluated. */
export function provide(further: { [view in OnDemand]?: Show }): void {
  Object.assign(views, further);
}

/** Lends values of this bundle to the part that is evaluated next: a page may have bundles of several versions. */
export function lend(): void {
  (globalThis as Record<symbol, unknown>)[KEY] = SHARED;
}

/** Shows a view once its part is loaded; while it cannot be, a message with a button to try again. */
export async function showOnDemand(
  view: string,
  props: RenderProps,
  channel: Channel,
  version: string,
): Promise<void> {
  const part = PART_OF[view as OnDemand];
  if (part === undefined) throw new Error(`the bundle has no view ${view}`);
  const { el, model, signal } = props;
  const note = (children: ComponentChildren) => render(<div class="slw slw-fits">{children}</div>, el);
  try {
    if (views[view] === undefined) note(<p class="slw-empty">Loading …</p>);
    const css = await (views[view] === undefined ? loaded(part, channel) : styles.get(part));
    if (signal.aborted) return;
    render(null, el);
    if (css) addStyles(el, `${version} ${part}`, css);
    views[view]?.(props, channel);
  } catch (error) {
    const picture = channel.gone && model.get("_picture");
    if (picture) return showPicture(el, picture, signal);
    const failures = new Failures(signal);
    const again = () => void showOnDemand(view, props, channel, version);
    failures.report("The view could not be loaded", error, again);
    note(<Messages status={channel.gone ? "gone" : "ready"} failures={failures} />);
  }
}

/** Loads a part once and returns its styles; a failure is forgotten, so that the next view tries again. */
function loaded(part: (typeof PART_OF)[OnDemand], channel: Channel): Promise<string> {
  let css = styles.get(part);
  if (css === undefined) {
    css = load(part, channel);
    styles.set(part, css);
    css.catch(() => styles.delete(part));
  }
  return css;
}

async function load(name: (typeof PART_OF)[OnDemand], channel: Channel): Promise<string> {
  const kernel = new KernelClient(channel, new AbortController().signal);
  const { result } = await kernel.request("part", { name });
  const url = URL.createObjectURL(new Blob([result.code], { type: "text/javascript" }));
  lend();
  await import(/* @vite-ignore */ url).finally(() => URL.revokeObjectURL(url));
  return result.css;
}
