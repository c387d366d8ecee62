/** Preact context that the parts of one card share. */
import { viewContext } from "../ui/view_context";
import type { CardState } from "./state/state";

export const [CardContext, useCard] = viewContext<CardState>();
