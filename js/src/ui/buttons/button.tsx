/** Buttons with a text: one in a frame, and one that looks like a link. */
import type { ButtonHTMLAttributes } from "preact";

type Attributes = ButtonHTMLAttributes<HTMLButtonElement>;

export function Button(attributes: Attributes) {
  return <button type="button" class="slw-button" {...attributes} />;
}

export function Link(attributes: Attributes) {
  return <button type="button" class="slw-link" {...attributes} />;
}
