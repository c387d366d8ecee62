/** Statistics of one neuron. */

import type { DetailResult } from "../../generated/protocol";
import { MEASURES, measureTitle } from "../../neurons/measures";
import { Fact } from "../../ui/fact";
import { count, exact, significant } from "../../ui/format";

export function Statistics({ detail }: { detail: DetailResult }) {
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
      <Fact name="Samples seen" title="Samples behind the layer's statistics">
        {detail.n_samples === null ? "–" : count(detail.n_samples)}
      </Fact>
    </dl>
  );
}
