/** Pinned neurons side by side. */
import { useEffect, useRef } from "preact/hooks";
import type { CompareResult } from "../generated/protocol";
import { counted, exact, significant } from "../ui/format";
import { Compared } from "./compared";
import { useView } from "./context";
import { BarRow } from "./detail/bar_row";

export function Comparison() {
  const { gallery, focusGrid } = useView();
  const { pins } = gallery;
  const pane = useRef<HTMLElement>(null);
  const compared = pins.compared.value;
  useEffect(() => {
    if (pins.byReader) pane.current?.focus();
  }, [pins]);
  // The cards are drawn after this task.
  const leave = () => setTimeout(() => pins.comparing.peek() || focusGrid());
  const close = () => {
    pins.close();
    leave();
  };
  const names = pins.names.value;
  return (
    <Compared
      pane={pane}
      names={names}
      title={<span class="slw-strong">{`${counted(names.length, "neuron")} compared`}</span>}
      compared={compared}
      alike={compared !== null && <Cosines compared={compared} />}
      sharesExamples
      onClose={close}
      onClickCapture={({ target }) => {
        // A neuron that is unpinned goes, and with it the button that has the focus.
        if (!(target instanceof Element && target.closest(".slw-on"))) return;
        pane.current?.focus();
        leave();
      }}
    />
  );
}

function Cosines({ compared: { neurons, cosines } }: { compared: CompareResult }) {
  const names = neurons.map(({ detail }) => detail.card.name);
  return (
    <section aria-label="Cosines">
      <div
        class="slw-heading"
        title="Cosine of the neurons' embeddings, the mean directions of their examples"
      >
        Cosine
      </div>
      {names.flatMap((name, a) =>
        names.slice(a + 1).map((other, i) => {
          const cosine = cosines[a]?.[a + 1 + i] ?? null;
          return (
            <BarRow
              key={`${name} ${other}`}
              name={`${name} · ${other}`}
              title={`Cosine of ${name} and ${other}: ${exact(cosine)}`}
              length={Math.max(0, cosine ?? 0)}
              text={significant(cosine)}
            />
          );
        }),
      )}
    </section>
  );
}
