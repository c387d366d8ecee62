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
    <section class="slw-compare-time" aria-label="Series">
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
            <span key={name} class={place === now ? "slw-now" : ""}>
              <span class="slw-cut">{name}</span>
              <span class="slw-muted slw-number">{changeText(comparing, names, place)}</span>
            </span>
          ))}
        </div>
      </div>
    </section>
  );
}

/** Matched, gained and lost neurons of a step; null for the first one, and until they are known. */
function changed({ matches }: CompareMap, [before = "", after = ""]: readonly string[]) {
  const there = matches.between(before, after)?.chance;
  const back = matches.between(after, before)?.chance;
  return there && back ? [back.matched, back.alone, there.alone].map(count) : null;
}

/** Returns, for example, "+5 −3"; "" at the first step, and "…" until it is known. */
function changeText(comparing: CompareMap, names: readonly string[], place: number): string {
  if (place === 0) return "";
  const [, gained, lost] = changed(comparing, names.slice(place - 1)) ?? [];
  return gained === undefined ? "…" : `+${gained} −${lost}`;
}

/** Returns, for example, "epoch 3, 2 of 6: 92 matched with epoch 2, 5 gained, 3 lost". */
function stepText(comparing: CompareMap, names: readonly string[], place: number): string {
  const head = `${names[place]}, ${place + 1} of ${names.length}`;
  const [matched, gained, lost] = (place > 0 && changed(comparing, names.slice(place - 1))) || [];
  if (matched === undefined) return head;
  return `${head}: ${matched} matched with ${names[place - 1]}, ${gained} gained, ${lost} lost`;
}
