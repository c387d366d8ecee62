import type { AnyModel } from "@anywidget/types";
import type { State } from "./types";

/** Wraps a widget's traits with types; setting one saves it to Python. */
export function traitState<Traits extends object>(model: AnyModel): State<Traits> {
  return {
    get: (name) => model.get(String(name)),
    set(name, value) {
      model.set(String(name), value);
      model.save_changes();
    },
    on(name, listener, signal) {
      const event = `change:${String(name)}` as const;
      const changed = () => listener(model.get(String(name)));
      model.on(event, changed);
      signal.addEventListener("abort", () => model.off(event, changed));
    },
    onRefused(listener, signal) {
      const received = ({ refused }: { refused?: { message: string }[] }) => {
        if (refused) listener(refused.map(({ message }) => message).join("; "));
      };
      model.on("msg:custom", received);
      signal.addEventListener("abort", () => model.off("msg:custom", received));
    },
  };
}
