/** Loader, every widget's `_esm`: finds the bundle in its hidden model, evaluates it once per page, renders the view. */
import type { AnyModel, RenderProps } from "@anywidget/types";

type Render = (view: string, props: RenderProps, bundle: AnyModel) => Promise<void>;

const key = Symbol.for("semanticlens_widgets");
const page = globalThis as unknown as Record<symbol, Map<string, Promise<{ render: Render }>> | undefined>;

function evaluate(bundle: AnyModel): Promise<{ render: Render }> {
  page[key] ??= new Map();
  const registry = page[key];
  const version: string = bundle.get("version");
  let module = registry.get(version);
  if (module === undefined) {
    const url = URL.createObjectURL(new Blob([bundle.get("code")], { type: "text/javascript" }));
    module = import(url).finally(() => URL.revokeObjectURL(url)) as Promise<{ render: Render }>;
    registry.set(version, module);
    module.catch(() => registry.delete(version));
  }
  return module;
}

async function show(props: RenderProps): Promise<void> {
  const { model, el } = props;
  try {
    const id = String(model.get("_bundle")).replace("IPY_MODEL_", "");
    const bundle = await model.widget_manager.get_model(id);
    const { render } = await evaluate(bundle);
    await render(model.get("_view"), props, bundle);
  } catch (error) {
    console.error(error);
    el.textContent = "The kernel is gone, and its widget with it: run the cell again.";
  }
}

export default {
  async render(props: RenderProps) {
    // Older anywidget passes no signal to a view; the returned function ends the view there.
    const end = new AbortController();
    const signal = props.signal ? AbortSignal.any([props.signal, end.signal]) : end.signal;
    await show({ ...props, signal });
    return () => end.abort();
  },
};
