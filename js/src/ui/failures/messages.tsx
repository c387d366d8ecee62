/** Messages above a widget's body: a lost kernel, and the last failure. */
import type { KernelStatus } from "../../kernel/types";
import { Icon } from "../icons";
import { Banner } from "./banner";
import type { Failures } from "./failures";

interface MessagesProps {
  status: KernelStatus;
  failures: Failures;
}

export function Messages({ status, failures }: MessagesProps) {
  const failure = failures.current.value;
  const retry = failure?.again === undefined ? {} : { onRetry: () => failures.retry() };
  return (
    <>
      {status === "gone" && (
        <Banner kind="warning" icon="unplugged">
          The kernel is gone: run the cell again. What is shown stays.
        </Banner>
      )}
      {failure !== null && (
        <Banner kind="error" {...retry} onDismiss={() => failures.dismiss()}>
          {`${failure.what}: ${failure.message}`}
        </Banner>
      )}
    </>
  );
}

/** Error about a query, in the status line in place of its result. */
export function QueryError({ error }: { error: string }) {
  return (
    <span class="slw-query-error">
      <Icon name="warning" />
      <span class="slw-cut" title={error}>
        {error}
      </span>
    </span>
  );
}

/** Warning that the best neuron matches the query no better than unrelated words, with the reason. */
export function WeakMatch({ why }: { why: string }) {
  const reason = why === "" ? "Unrelated words find neurons that answer as well." : why;
  return (
    <span class="slw-weak-match" title={reason}>
      <span class="slw-weak">
        <Icon name="warning" />
        weak match
      </span>
      <span class="slw-muted slw-cut">{reason}</span>
    </span>
  );
}
