/** Frame of every view: its context, and how long it is drawn. */
import { type ComponentChild, createContext, render } from "preact";
import { useContext } from "preact/hooks";

/** Returns the context of a view, and the hook that its parts read it with. */
export function viewContext<View>() {
  const Context = createContext<View | null>(null);
  const useView = (): View => {
    const view = useContext(Context);
    if (view === null) throw new Error("this component is used outside of its view");
    return view;
  };
  return [Context, useView] as const;
}

/** Draws a view into `el` until `signal` aborts. */
export function draw(view: ComponentChild, el: HTMLElement, signal: AbortSignal): void {
  render(view, el);
  signal.addEventListener("abort", () => render(null, el));
}
