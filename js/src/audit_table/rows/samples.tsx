/** Samples behind the open neuron, of the class or of all classes, with heat maps. */

import { useState } from "preact/hooks";
import type { AuditSample, SamplesResult } from "../../generated/protocol";
import { Explain } from "../../neurons/explain";
import { Picture } from "../../neurons/pictures/picture";
import { Tile } from "../../neurons/pictures/tile";
import { Link } from "../../ui/buttons/button";
import { count, exact, significant } from "../../ui/format";
import { useView } from "../context";
import type { Opened, Scope } from "../state/opened";

export function Samples({ opened }: { opened: Opened }) {
  const { table } = useView();
  const found = table.opened.detail.value;
  return (
    <div class="slw-audit-samples">
      <div class="slw-audit-scopes" role="toolbar" aria-label="Samples">
        <ScopeButton scope="class" title={`Samples of ${opened.className}, the most relevant first`}>
          {opened.className}
        </ScopeButton>
        <ScopeButton scope="all" title="Samples of any class, the highest scores first">
          all classes
        </ScopeButton>
        {found !== null && (
          <span class="slw-muted slw-number">{`${count(found.samples.length)} of ${count(found.n)}`}</span>
        )}
      </div>
      {found === null ? <Waiting /> : <Found found={found} opened={opened} />}
    </div>
  );
}

function ScopeButton({ scope, title, children }: { scope: Scope; title: string; children: string }) {
  const { opened } = useView().table;
  return (
    <button
      type="button"
      class="slw-audit-scope slw-cut"
      aria-pressed={opened.scope.value === scope}
      title={title}
      onClick={() => opened.chooseScope(scope)}
    >
      {children}
    </button>
  );
}

function Found({ found, opened }: { found: SamplesResult; opened: Opened }) {
  const [shown, setShown] = useState(0);
  const sample = found.samples[shown] ?? found.samples[0];
  if (sample === undefined) return <p class="slw-muted">No sample to show.</p>;
  return (
    <>
      <Large key={sample.sample} sample={sample} opened={opened} />
      <div class="slw-examples">
        {found.samples.map((each, place) => (
          <SampleTile
            key={each.sample}
            sample={each}
            pressed={each === sample}
            onShow={() => setShown(place)}
          />
        ))}
      </div>
    </>
  );
}

function Large({ sample, opened }: { sample: AuditSample; opened: Opened }) {
  const { table, samples } = useView();
  const heat = table.opened.heat.value;
  const { pictures } = heat ? samples.heat(opened) : samples;
  return (
    <figure class="slw-large">
      <div class="slw-large-picture">
        <Picture
          key={`${heat} ${table.failures.attempt.value}`}
          pictures={pictures}
          row={sample.sample}
          alt={sample.label ?? sample.name}
        />
      </div>
      <figcaption class="slw-audit-caption">
        <span class="slw-cut" title={sample.name}>
          {sample.name}
        </span>
        {table.classes.known.value?.has_heatmaps && (
          <Link
            aria-pressed={heat}
            title="Show where in the picture the neuron fires"
            onClick={() => {
              table.opened.heat.value = !heat;
            }}
          >
            {heat ? "hide heat map" : "heat map"}
          </Link>
        )}
        <Explain explaining={table.explaining} sample={sample.sample} />
        <span class="slw-muted slw-cut">{saidOf(sample)}</span>
      </figcaption>
    </figure>
  );
}

function saidOf({ class_name, predicted }: AuditSample): string {
  if (predicted === null) return class_name;
  return predicted === class_name ? `${class_name}, recognised` : `${class_name}, taken for ${predicted}`;
}

interface TileProps {
  sample: AuditSample;
  pressed: boolean;
  onShow: () => void;
}

function SampleTile({ sample, pressed, onShow }: TileProps) {
  const { samples } = useView();
  const { class_name, predicted, score, relevance } = sample;
  const title = [
    sample.name,
    saidOf(sample),
    `relevance ${exact(relevance)}`,
    `score ${exact(score)}`,
    `sample ${sample.sample}`,
  ].join("\n");
  const mistaken = predicted !== null && predicted !== class_name;
  return (
    <Tile
      pictures={samples.thumbnails}
      row={sample.sample}
      label={class_name}
      title={title}
      pressed={pressed}
      also={mistaken ? "slw-mistaken" : ""}
      onShow={onShow}
    >
      {significant(relevance)}
    </Tile>
  );
}

function Waiting() {
  return (
    <div role="status" aria-label="Loading samples">
      <div class="slw-skeleton slw-large-picture" />
      <span class="slw-skeleton slw-line" />
    </div>
  );
}
