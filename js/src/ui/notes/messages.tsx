/** Messages above a widget's body: a lost kernel, and the last failure. */
import type { ComponentChildren } from "preact";
import type { KernelStatus } from "../../kernel/types";
import { Button } from "../buttons/button";
import { IconButton } from "../buttons/icon_button";
import { Icon, type IconName } from "../buttons/icons";
import { sentence } from "../format";
import type { Failures } from "../state/failures";

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

interface BannerProps {
  kind: "error" | "warning";
  icon?: IconName;
  children: ComponentChildren;
  onRetry?: () => void;
  onDismiss?: () => void;
}

/** Banner with a message that stays until it is dismissed or its cause is gone. */
function Banner({ kind, icon = "warning", children, onRetry, onDismiss }: BannerProps) {
  return (
    <div class={`slw-banner slw-${kind}`} role={kind === "error" ? "alert" : "status"}>
      <Icon name={icon} />
      <span class="slw-banner-text">{children}</span>
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
      {onDismiss && <IconButton icon="close" label="Dismiss" onClick={onDismiss} />}
    </div>
  );
}

interface QueryErrorProps {
  error: string;
  /** Answer that stays on screen: "the last answer: fruit"; null for none. */
  kept: string | null;
}

/** Error about a query, in the status line in place of its result. */
export function QueryError({ error, kept }: QueryErrorProps) {
  return (
    <>
      <span class="slw-query-error">
        <Icon name="warning" />
        <span class="slw-cut" title={error}>
          {sentence(error)}
        </span>
      </span>
      {kept !== null && <span class="slw-muted slw-kept">{`showing ${kept}`}</span>}
    </>
  );
}

interface DoubtProps {
  /** Sentence on words of the query that the foundation model is blind to; "" without any. */
  caveat: string;
  weak: boolean;
  /** Reason why the match is weak. */
  why: string;
}

/** Warning about the worth of a match: the foundation model is blind to its words, or unrelated words match as well. */
export function Doubt({ caveat, weak, why }: DoubtProps) {
  if (caveat !== "") return <Warning word="blind to this" reason={caveat} />;
  if (!weak) return null;
  return <Warning word="weak match" reason={why || "Unrelated words find neurons that answer as well."} />;
}

function Warning({ word, reason }: { word: string; reason: string }) {
  return (
    <span class="slw-weak-match" title={reason}>
      <span class="slw-weak">
        <Icon name="warning" />
        {word}
      </span>
      <span class="slw-muted slw-cut">{reason}</span>
    </span>
  );
}
