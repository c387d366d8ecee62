/** Preact context that the parts of one graph share. */
import { viewContext } from "../ui/view_context";
import type { GraphState } from "./state/state";

export const [GraphContext, useGraph] = viewContext<GraphState>();
