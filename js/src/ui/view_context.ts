import { createContext } from "preact";
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
