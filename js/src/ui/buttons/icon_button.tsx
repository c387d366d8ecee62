/** Button that shows an icon alone. */
import type { ButtonHTMLAttributes } from "preact";
import { Icon, type IconName } from "./icons";

type Attributes = Pick<
  ButtonHTMLAttributes<HTMLButtonElement>,
  "onClick" | "onPointerDown" | "title" | "tabIndex" | "aria-pressed"
>;

interface IconButtonProps extends Attributes {
  icon: IconName;
  /** Name for screen readers; the tooltip too, without a title. */
  label: string;
  /** Further class names. */
  also?: string;
}

export function IconButton({ icon, label, also = "", ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      class={`slw-icon-button ${also}`.trimEnd()}
      aria-label={label}
      title={label}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}
