/** One neuron in full: its examples with their scores, its statistics, the neurons that are like it. */
import type { Ref } from "preact";
import { useState } from "preact/hooks";
import { Fact } from "../ui/fact";
import { count, exact, significant } from "../ui/format";
import { Icon } from "../ui/icons";
import { Labels } from "../ui/labels";
import { MEASURES, measureTitle } from "../ui/measures";
import { Montage } from "../ui/montage";
import { Name } from "../ui/name";
import { Picture } from "../ui/picture";
import { useExamples, useView } from "./context";
import { LookAlikes } from "./look_alikes";
import { Naming } from "./naming";
import type { Opened } from "./opened";
import type { DetailResult, ExampleInfo, SampleInfo, SimilarComponent } from "./protocol";
import { Served } from "./served";
import { exampleTitle } from "./words";

/** Four in a row of the pane. */
const TILE = 68;

export function Detail({ opened, pane }: { opened: Opened; pane: Ref<HTMLElement> }) {
  const { gallery } = useView();
  const detail = gallery.opened.detail.value;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    gallery.opened.close();
  };
  return (
    <section
      ref={pane}
      class="slw-detail"
      tabIndex={-1}
      aria-label={`Details of ${opened.name}`}
      onKeyDown={onKeyDown}
    >
      <Header name={opened.name} />
      <div class="slw-detail-body" key={opened.component}>
        <Naming component={opened.component} />
        {detail === null ? <Waiting /> : <Contents detail={detail} />}
      </div>
    </section>
  );
}

function Header({ name }: { name: string }) {
  const { gallery } = useView();
  return (
    <div class="slw-detail-header">
      <div class="slw-detail-title">
        <Name name={name} />
      </div>
      <button
        type="button"
        class="slw-button"
        title="Search for neurons like this one"
        onClick={() => gallery.query.like(name)}
      >
        <Icon name="similar" />
        More like this
      </button>
      <button
        type="button"
        class="slw-icon-button"
        aria-label="Close"
        title="Close (Esc)"
        onClick={() => gallery.opened.close()}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

function Contents({ detail }: { detail: DetailResult }) {
  const [shown, setShown] = useState(0);
  const { examples, look_alikes } = detail;
  const sample = [...examples, ...look_alikes][shown];
  if (sample === undefined) {
    return (
      <>
        <p class="slw-muted">It never fired: there is no example to show.</p>
        <Statistics detail={detail} />
      </>
    );
  }
  return (
    <>
      <Large component={detail.card.component} sample={sample} rank={shown} example={examples[shown]} />
      <Examples component={detail.card.component} examples={examples} shown={shown} onShow={setShown} />
      <Labels labels={detail.card.labels} />
      <LookAlikes
        samples={look_alikes}
        shown={shown - examples.length}
        size={TILE}
        onShow={(place) => setShown(examples.length + place)}
      />
      <Served classes={detail.classes} />
      <Statistics detail={detail} />
      <Similar similar={detail.similar} />
    </>
  );
}

interface LargeProps {
  component: number;
  sample: SampleInfo;
  rank: number;
  /** Undefined for what is no example. */
  example: ExampleInfo | undefined;
}

function Large({ component, sample: { sample, row, label, name }, rank, example }: LargeProps) {
  const view = useView();
  const shown = useExamplesOpened();
  const score = example?.score;
  const { pictures } = example === undefined ? view : shown;
  const key = example === undefined ? row : shown.key(component, rank, row);
  const whole = view.gallery.traits.examples_as.value !== "crop";
  return (
    <figure class="slw-large">
      <div class="slw-large-picture">
        <div class="slw-boxed">
          <Picture key={key} pictures={pictures} row={key} alt={label ?? name} />
          {whole && example?.box != null && <Outline box={example.box} />}
        </div>
      </div>
      <figcaption class="slw-large-caption">
        {score !== undefined && <span class="slw-muted">{`#${rank + 1}`}</span>}
        <span class="slw-cut" title={name}>
          {label ?? name}
        </span>
        {score === undefined ? (
          <span class="slw-number slw-muted">does not fire</span>
        ) : (
          <span class="slw-number" title={`Score ${exact(score)} on sample ${sample}`}>
            {significant(score)}
          </span>
        )}
      </figcaption>
    </figure>
  );
}

/** The part of the image that the example is. */
function Outline({ box: [left = 0, top = 0, right = 1, bottom = 1] }: { box: number[] }) {
  const style = {
    left: percent(left),
    top: percent(top),
    width: percent(right - left),
    height: percent(bottom - top),
  };
  return <span class="slw-outline" style={style} title="The part that the neuron responds to" />;
}

interface ExamplesProps {
  component: number;
  examples: ExampleInfo[];
  shown: number;
  onShow: (rank: number) => void;
}

function Examples({ component, examples, shown, onShow }: ExamplesProps) {
  const { thumbnails, key } = useExamplesOpened();
  return (
    <div class="slw-examples">
      {examples.map(({ row, sample, score, label, name }, rank) => (
        <button
          key={sample}
          type="button"
          class="slw-example"
          aria-pressed={rank === shown}
          title={exampleTitle(rank, score, label, name)}
          onClick={() => onShow(rank)}
        >
          <Montage pictures={thumbnails} rows={[key(component, rank, row)]} side={1} size={TILE} />
          <span class="slw-example-text">
            <span class="slw-cut">{label ?? "–"}</span>
            <span class="slw-number">{significant(score)}</span>
          </span>
        </button>
      ))}
    </div>
  );
}

function Statistics({ detail }: { detail: DetailResult }) {
  const deviation = detail.variance === null ? null : Math.sqrt(detail.variance);
  return (
    <dl class="slw-statistics">
      {MEASURES.map((measure) => (
        <Fact key={measure.key} name={measure.name} title={measureTitle(measure, detail.card[measure.key])}>
          {measure.format(detail.card[measure.key])}
        </Fact>
      ))}
      <Fact
        name="Mean score"
        title={`${exact(detail.mean)} ± ${exact(deviation)} (standard deviation) over all samples`}
      >
        {`${significant(detail.mean)} ± ${significant(deviation)}`}
      </Fact>
      <Fact name="Samples seen" title="Samples that the layer's statistics were taken over">
        {detail.n_samples === null ? "–" : count(detail.n_samples)}
      </Fact>
    </dl>
  );
}

function Similar({ similar }: { similar: SimilarComponent[] }) {
  const { gallery } = useView();
  if (similar.length === 0) return null;
  return (
    <div class="slw-similar">
      <div class="slw-heading">Similar neurons</div>
      {similar.map(({ component, name, similarity }) => (
        <button
          key={component}
          type="button"
          class="slw-similar-row"
          title={`Cosine ${exact(similarity)}; open ${name}`}
          onClick={() => gallery.openComponent(component)}
        >
          <SimilarPictures component={component} />
          <Name name={name} />
          <span class="slw-number">{significant(similarity)}</span>
        </button>
      ))}
    </div>
  );
}

function SimilarPictures({ component }: { component: number }) {
  const { gallery } = useView();
  const { thumbnails, key } = useExamplesOpened();
  void gallery.cards.version.value;
  const card = gallery.cards.get(component);
  if (card === undefined) gallery.cards.want(component);
  return (
    <span class="slw-similar-pictures">
      {[0, 1, 2].map((i) => {
        const row = card?.samples[i];
        if (row === undefined) return <span key={i} class="slw-similar-gap" />;
        return <Montage key={i} pictures={thumbnails} rows={[key(component, i, row)]} side={1} size={36} />;
      })}
    </span>
  );
}

function useExamplesOpened() {
  return useExamples(useView().gallery.opened.current.value?.layer ?? "");
}

const percent = (share: number) => `${(100 * share).toFixed(2)}%`;

function Waiting() {
  return (
    <div role="status" aria-label="Loading details">
      <div class="slw-skeleton slw-large-picture" />
      <span class="slw-skeleton slw-line" />
      <span class="slw-skeleton slw-line" style={{ width: "70%" }} />
    </div>
  );
}
