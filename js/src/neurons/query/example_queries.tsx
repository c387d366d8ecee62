/** Queries to begin with, as buttons in an empty query box. */
import type { Query } from "./query";

interface ExampleQueriesProps {
  query: Query;
  queries: readonly string[];
}

export function ExampleQueries({ query, queries }: ExampleQueriesProps) {
  if (queries.length === 0) return null;
  const ask = (text: string, button: HTMLElement) => {
    // The buttons are gone once there is a query: the focus moves to the box.
    const box = button.closest(".slw-query")?.querySelector<HTMLElement>(".slw-query-input");
    query.ask(text);
    box?.focus();
  };
  return (
    <span class="slw-example-queries">
      <span class="slw-muted">try</span>
      {queries.map((text) => (
        <button
          key={text}
          type="button"
          class="slw-example-query slw-cut"
          title={`Search for ${text}: several neurons of this layer answer to it clearly`}
          onClick={(event) => ask(text, event.currentTarget)}
        >
          {text}
        </button>
      ))}
    </span>
  );
}
