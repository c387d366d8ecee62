/** Tabs beside the map: neurons or audit. */
import type { ExplorerTraits } from "../generated/traits";
import { ExamplesMenu, SortMenu } from "../neuron_gallery/toolbar";
import type { Synced } from "../ui/state/synced";

const TABS = { neurons: "Neurons", audit: "Audit" } as const;

export function Tabs({ tabs }: { tabs: Synced<ExplorerTraits> }) {
  const shown = tabs.signals.tab.value;
  return (
    <div class="slw-pane-bar">
      <div class="slw-tabs" role="toolbar" aria-label="Beside the map">
        {Object.entries(TABS).map(([tab, name]) => (
          <button
            key={tab}
            type="button"
            class="slw-tab"
            aria-pressed={tab === shown}
            onClick={() => tabs.write("tab", tab as keyof typeof TABS)}
          >
            {name}
          </button>
        ))}
      </div>
      {shown === "neurons" ? <SortMenu /> : <ExamplesMenu />}
    </div>
  );
}
