/** Line of time of a series: a slider through the sides, with what was gained and lost at each step. */
import { IconButton } from "../ui/buttons/icon_button";
import { count } from "../ui/format";
import { useCompared } from "./context";
import type { CompareMap } from "./state/state";

export function TimeLine() {
  const { comparing } = useCompared();
  const { series, sides, step } = comparing.traits.signals;
  if (!series.value) return null;
  const names = sides.value.map(({ name }) => name);
  const playing = comparing.playing.value;
  const now = step.value;
  return (
    <section class="slw-compare-time" aria-label="Steps of the series">
      <span class="slw-compare-play">
        <IconButton icon="previous" label="One step back ([)" onClick={() => comparing.step(-1)} />
        <IconButton
          icon={playing ? "pause" : "play"}
          label={playing ? "Pause (P)" : "Play (P)"}
          onClick={() => comparing.togglePlay()}
        />
        <IconButton icon="next" label="One step on (])" onClick={() => comparing.step(1)} />
      </span>
      <div class="slw-compare-track">
        <input
          type="range"
          aria-label="Step"
          aria-valuetext={stepText(comparing, names, now)}
          min={0}
          max={names.length - 1}
          step={1}
          value={now}
          style={{ margin: `0 ${50 / names.length}%`, width: `${100 - 100 / names.length}%` }}
          onInput={({ currentTarget }) => comparing.goTo(Number(currentTarget.value))}
        />
        <div class="slw-compare-steps" aria-hidden="true">
          {names.map((name, place) => (
            <span key={name} class={place === now ? "slw-now" : ""} title={stepText(comparing, names, place)}>
              <span class="slw-cut">{name}</span>
              <span class="slw-muted slw-number">{changeText(comparing, names, place)}</span>
            </span>
          ))}
        </div>
      </div>
    </section>
  );
}

interface Changed {
  matched: number;
  gained: number;
  lost: number;
}

function changed({ matches }: CompareMap, names: readonly string[], place: number): Changed | null {
  const [before, after] = [names[place - 1], names[place]];
  if (before === undefined || after === undefined) return null;
  const there = matches.between(before, after)?.chance;
  const back = matches.between(after, before)?.chance;
  if (!there || !back) return null;
  return { matched: back.matched, gained: back.alone, lost: there.alone };
}

/** Returns, for example, "+5 −3"; "" at the first step, and "…" until it is known. */
function changeText(comparing: CompareMap, names: readonly string[], place: number): string {
  if (place === 0) return "";
  const found = changed(comparing, names, place);
  return found === null ? "…" : `+${count(found.gained)} −${count(found.lost)}`;
}

/** Returns, for example, "epoch 3, 2 of 6: 92 matched with epoch 2, 5 gained, 3 lost". */
function stepText(comparing: CompareMap, names: readonly string[], place: number): string {
  const head = `${names[place]}, ${place + 1} of ${names.length}`;
  const found = changed(comparing, names, place);
  if (found === null) return head;
  const { matched, gained, lost } = found;
  return `${head}: ${count(matched)} matched with ${names[place - 1]}, ${count(gained)} gained, ${count(lost)} lost`;
}
