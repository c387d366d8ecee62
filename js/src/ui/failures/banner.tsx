/** Banner with a message that stays until it is dismissed or its cause is gone. */
import type { ComponentChildren } from "preact";
import { IconButton } from "../icon_button";
import { Icon, type IconName } from "../icons";

interface BannerProps {
  kind: "error" | "warning";
  icon?: IconName;
  children: ComponentChildren;
  onRetry?: () => void;
  onDismiss?: () => void;
}

export function Banner({ kind, icon = "warning", children, onRetry, onDismiss }: BannerProps) {
  return (
    <div class={`slw-banner slw-${kind}`} role={kind === "error" ? "alert" : "status"}>
      <Icon name={icon} />
      <span class="slw-banner-text">{children}</span>
      {onRetry && (
        <button type="button" class="slw-button" onClick={onRetry}>
          Try again
        </button>
      )}
      {onDismiss && <IconButton icon="close" label="Dismiss" onClick={onDismiss} />}
    </div>
  );
}
