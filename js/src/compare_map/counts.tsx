/** Numbers of matched, lost and gained neurons; each shows its neurons alone. */
import { useView } from "../concept_map/context";
import { Link } from "../ui/buttons/button";
import { Icon } from "../ui/buttons/icons";
import { count, percent } from "../ui/format";
import { useCompared } from "./context";

export function Counts() {
  const { comparing } = useCompared();
  const points = useView().map.layout.points.value;
  const [before, after] = comparing.pair.value;
  const there = comparing.matches.between(before, after)?.chance;
  const back = comparing.matches.between(after, before)?.chance;
  if (points === null || !there || !back) return null;
  const matched = `${count(there.matched)} of ${count(there.n)} and ${count(back.matched)} of ${count(back.n)}`;
  const shares = `${percent(there.matched / Math.max(1, there.n))} of ${before}, ${percent(back.matched / Math.max(1, back.n))} of ${after}`;
  return (
    <span class="slw-compare-counts">
      <Link
        title={`${matched} neurons of ${before} and ${after} have a match (${shares}); by chance 5 % have.\nClick to show them alone`}
        onClick={() => comparing.showAlone("matched")}
      >
        <Icon name="valid" />
        {`${matched} matched`}
      </Link>
      <Link
        title={`Neurons of ${before} that show something and have no match in ${after} (U: the next one).\nClick to show them alone`}
        onClick={() => comparing.showAlone("lost")}
      >
        <Icon name="minus" />
        {`${count(there.alone)} lost`}
      </Link>
      <Link
        title={`Neurons of ${after} that show something and have no match in ${before} (U: the next one).\nClick to show them alone`}
        onClick={() => comparing.showAlone("gained")}
      >
        <Icon name="plus" />
        {`${count(back.alone)} gained`}
      </Link>
    </span>
  );
}
