/** Words of the vocabulary that are no neuron's clear label, and what that is worth. */
import { useState } from "preact/hooks";
import { Button, Link } from "../ui/buttons/button";
import { count, counted } from "../ui/format";
import { useRoving } from "../ui/roving";
import { useKnowledge } from "./context";

/** Words that are listed at first. */
const FIRST = 200;

export function Holes() {
  const knowledge = useKnowledge();
  const { ref, handlers } = useRoving();
  const [all, setAll] = useState(false);
  const words = knowledge.holes.value;
  const last = knowledge.trail.value.at(-1);
  if (knowledge.node.value === null) return null;
  const listed = all ? words : words.slice(0, FIRST);
  return (
    <section class="slw-holes" aria-label="Words without a neuron">
      <h4 class="slw-heading">
        {`${counted(words.length, "word")} without a neuron${last === undefined ? "" : ` in ${last.word}`}`}
      </h4>
      <p class="slw-muted">
        No neuron has one of these as its clear label. That is no proof that the model lacks them: several
        neurons may answer together, or none clearly, and the foundation model may not know a word. Search for
        one to see what answers best.
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it moves the focus between the words inside. */}
      <div ref={ref} class="slw-hole-words" onKeyDown={handlers.onKeyDown} onFocusIn={handlers.onFocusIn}>
        {listed.map((word) => (
          <Link key={word} title={`Search for ${word}`} onClick={() => knowledge.ask(word)}>
            {word}
          </Link>
        ))}
      </div>
      {listed.length < words.length && (
        <Button onClick={() => setAll(true)}>{`Show all ${count(words.length)}`}</Button>
      )}
    </section>
  );
}
