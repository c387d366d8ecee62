/** Preact context that the parts of one treemap share. */
import { viewContext } from "../ui/view_context";
import type { KnowledgeState } from "./state/state";

export const [KnowledgeContext, useKnowledge] = viewContext<KnowledgeState>();
