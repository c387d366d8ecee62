/** View of what a layer knows: a treemap of words, and the words that nothing answers to. */
import type { KnowledgeViewTraits } from "../generated/traits";
import type { ViewProps } from "../kernel/types";
import { Footer } from "../neurons/footer";
import { Frame } from "../neurons/frame";
import { Link } from "../ui/buttons/button";
import { Menu } from "../ui/buttons/menu";
import { count, counted } from "../ui/format";
import { Doing } from "../ui/notes/doing";
import { draw } from "../ui/view_context";
import "./knowledge_view.css";
import { KnowledgeContext, useKnowledge } from "./context";
import { Holes } from "./holes";
import { KnowledgeState } from "./state/state";
import type { Area } from "./state/tree";
import { Treemap } from "./treemap";

const KEYS = [
  ["arrows", "From tile to tile, and from word to word"],
  ["Enter", "Goes into a category; a word becomes the query of the other widgets"],
  ["Backspace, Esc", "Goes out of the category"],
] as const;

/** Draws the knowledge of a layer into `el` until `signal` aborts. */
export function showKnowledgeView(props: ViewProps<KnowledgeViewTraits>): KnowledgeState {
  const { el, signal } = props;
  const knowledge = new KnowledgeState(props);
  const focusSearch = () => el.querySelector<HTMLElement>(".slw-tile")?.focus();
  draw(
    <KnowledgeContext.Provider value={knowledge}>
      <Frame shown={knowledge} keys={{ "In the treemap": KEYS }} focusSearch={focusSearch} head={<Head />}>
        <div class="slw-body slw-knowledge">
          <Treemap />
          <Holes />
        </div>
        <Footer
          traits={knowledge.traits}
          compared="Neurons and words"
          onClear={() => knowledge.clearSelection()}
        />
      </Frame>
    </KnowledgeContext.Provider>,
    el,
    signal,
  );
  return knowledge;
}

function Head() {
  const knowledge = useKnowledge();
  const { area, known_layer } = knowledge.traits;
  const result = knowledge.result.value;
  return (
    <>
      <div class="slw-toolbar slw-knowledge-toolbar">
        <Trail />
        <Menu
          label="Area"
          named
          title="What the size of a tile shows"
          value={area.value}
          options={[
            { value: "share", name: "share of neurons" },
            result?.has_relevance === false
              ? {
                  value: "relevance",
                  name: "share of relevance (needs lens.attribute())",
                  disabled: true,
                }
              : { value: "relevance", name: "share of relevance" },
          ]}
          onChoose={(key) => knowledge.chooseArea(key as Area)}
        />
      </div>
      <div class="slw-status">
        {result !== null && (
          <span class="slw-strong">
            {`${count(result.n_labelled)} of ${counted(result.n_components, "neuron")} of ${known_layer.value} have a clear label`}
          </span>
        )}
        <span class="slw-muted slw-cut" title={COLOURS}>
          {result !== null && COLOURS}
        </span>
        <Doing
          progress={result === null ? { done: 0, total: 1, what: "loading words" } : null}
          status={knowledge.status.value}
        />
      </div>
    </>
  );
}

const COLOURS = "bluer: further above chance; hatched, in brackets: not above chance";

function Trail() {
  const knowledge = useKnowledge();
  const around = knowledge.trail.value;
  const last = around.at(-1);
  return (
    <nav class="slw-trail" aria-label="Category">
      <Link class="slw-link" disabled={last === undefined} onClick={() => knowledge.leaveAll()}>
        All words
      </Link>
      {around.map((node) => (
        <span key={node.path} class="slw-trail-step">
          {node === last ? (
            <span class="slw-strong" aria-current="location">
              {node.word}
            </span>
          ) : (
            <Link class="slw-link" onClick={() => knowledge.enter(node)}>
              {node.word}
            </Link>
          )}
        </span>
      ))}
      {last !== undefined && (
        <Link
          class="slw-link slw-trail-ask"
          title="Makes the category the query of the other widgets"
          onClick={() => knowledge.ask(last.word)}
        >
          {`Search “${last.word}”`}
        </Link>
      )}
    </nav>
  );
}
