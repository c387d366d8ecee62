/** Measures of the model's answers before and after ablation: of one class in a line, of all in a table. */

import { useState } from "preact/hooks";
import type { Accuracy, MeasureChange } from "../../generated/protocol";
import { count, percent } from "../../ui/format";
import { changeTitle, MEASURES, points, range } from "../state/words";

/** Classes that change most. */
const CHANGED = 12;

interface ChangesProps {
  accuracy: Accuracy;
  nDraws: number;
}

export function Changes({ accuracy, nDraws }: ChangesProps) {
  return (
    <span class="slw-audit-changes">
      <span class="slw-muted slw-cut" title={accuracy.class_name}>
        {accuracy.class_name}
      </span>
      {accuracy.measures.map((change) => (
        <Change key={change.measure} accuracy={accuracy} change={change} nDraws={nDraws} />
      ))}
    </span>
  );
}

function Change({ accuracy, change, nDraws }: ChangesProps & { change: MeasureChange }) {
  const { measure, before, after, random, after_interval } = change;
  return (
    <span class="slw-audit-change" title={changeTitle(accuracy, change, nDraws)}>
      {accuracy.measures.length > 1 && <span class="slw-muted">{MEASURES[measure].name}</span>}
      <span class="slw-number">{percent(before)}</span>
      <span aria-hidden="true">→</span>
      <span class="slw-number slw-strong">{percent(after)}</span>
      <span class="slw-muted slw-number slw-audit-interval">{range(after_interval)}</span>
      {random !== null && <span class="slw-muted slw-number">{`(random ${percent(random)})`}</span>}
    </span>
  );
}

interface ByClassProps {
  classes: readonly Accuracy[];
  nDraws: number;
}

export function ByClass({ classes, nDraws }: ByClassProps) {
  const [measure, setMeasure] = useState<MeasureChange["measure"]>("accuracy");
  const measures = classes[0]?.measures ?? [];
  if (classes.length < 2) return null;
  return (
    <details class="slw-audit-changed">
      <summary>by class</summary>
      {measures.length > 1 && (
        <div class="slw-audit-scopes" role="toolbar" aria-label="Measure">
          {measures.map(({ measure: each }) => (
            <button
              key={each}
              type="button"
              class="slw-audit-scope"
              aria-pressed={each === measure}
              title={MEASURES[each].meaning}
              onClick={() => setMeasure(each)}
            >
              {MEASURES[each].name}
            </button>
          ))}
        </div>
      )}
      <Table classes={classes} measure={measure} nDraws={nDraws} />
    </details>
  );
}

interface TableProps extends ByClassProps {
  measure: MeasureChange["measure"];
}

function Table({ classes, measure, nDraws }: TableProps) {
  const rows = classes.flatMap((accuracy) => {
    const change = accuracy.measures.find((each) => each.measure === measure);
    return change === undefined ? [] : [{ accuracy, change }];
  });
  const size = ({ before, after }: MeasureChange) => Math.abs((after ?? 0) - (before ?? 0));
  rows.sort((a, b) => size(b.change) - size(a.change));
  return (
    <table class="slw-audit-by-class">
      <thead>
        <tr>
          {["class", "samples", "before", "", "without", "", "points", "random"].map((head, place) =>
            head === "" ? (
              <td key={place} class="slw-audit-interval">
                95 %
              </td>
            ) : (
              <th key={place} scope="col">
                {head}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, CHANGED).map(({ accuracy, change }) => (
          <tr key={accuracy.class_name} title={changeTitle(accuracy, change, nDraws)}>
            <th scope="row">{accuracy.class_name}</th>
            <td>{count(accuracy.n)}</td>
            <td>{percent(change.before)}</td>
            <td class="slw-muted slw-audit-interval">{range(change.before_interval)}</td>
            <td>{percent(change.after)}</td>
            <td class="slw-muted slw-audit-interval">{range(change.after_interval)}</td>
            <td>{points(change)}</td>
            <td>{percent(change.random)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
