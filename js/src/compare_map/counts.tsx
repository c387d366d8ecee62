/** Numbers of matched, lost and gained neurons; each shows its neurons alone. */
import { useView } from "../concept_map/context";
import { Link } from "../ui/buttons/button";
import { Icon, type IconName } from "../ui/buttons/icons";
import { count } from "../ui/format";
import { useCompared } from "./context";
import type { MatchKind } from "./state/colours";

export function Counts() {
  const { comparing } = useCompared();
  const points = useView().map.layout.points.value;
  const [before, after] = comparing.pair.value;
  const there = comparing.matches.between(before, after)?.chance;
  const back = comparing.matches.between(after, before)?.chance;
  if (points === null || !there || !back) return null;
  const matched = `${count(there.matched)} of ${count(there.n)} and ${count(back.matched)} of ${count(back.n)}`;
  const alone = (side: string, other: string) =>
    `shown by ${side}, without a match in ${other} (U: the next one)`;
  const counts: [MatchKind, IconName, string, string][] = [
    ["matched", "valid", matched, `of ${before} and of ${after}; by chance 5 % are matched`],
    ["lost", "minus", count(there.alone), alone(before, after)],
    ["gained", "plus", count(back.alone), alone(after, before)],
  ];
  return (
    <span class="slw-compare-counts">
      {counts.map(([kind, icon, n, about]) => (
        <Link
          key={kind}
          title={`${n} ${kind}: ${about}\nClick to show them alone`}
          onClick={() => comparing.showAlone(kind)}
        >
          <Icon name={icon} />
          {`${n} ${kind}`}
        </Link>
      ))}
    </span>
  );
}
