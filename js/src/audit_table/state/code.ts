/** Python code that makes this view again. */

import { requirementsCode } from "../../audits/requirements";
import { ANSWERS_ABOVE, MAX_SPURIOUS } from "../../generated/constants";
import { usualExamples } from "../../neurons/pictures/example_pictures";
import { python, variableOf } from "../../neurons/python";
import type { AuditTable } from "./state";

const USUAL = { max_spurious: MAX_SPURIOUS, threshold: ANSWERS_ABOVE };

/** Returns, for example, "audit_table = slw.AuditTable(lens, [slw.Requirement('ox', ...)], layer='bn2')". */
export function asCode(widget: string, { traits, current }: AuditTable): string {
  const requirements = requirementsCode(traits.requirements.peek()).map((each) => `        ${each},`);
  const limits = Object.entries(USUAL)
    .map(([name, usual]) => [name, traits[name as keyof typeof USUAL].peek(), usual] as const)
    .filter(([, value, usual]) => value !== usual);
  const { examples_as: as, examples_choices: choices } = traits;
  const isUsual = as.peek() === usualExamples(choices.peek());
  const variable = variableOf(widget);
  const lines = [
    `${variable} = slw.${widget}(`,
    "    lens,",
    `    requirements=[${requirements.length > 0 ? `\n${requirements.join("\n")}\n    ` : ""}],`,
    `    class_name=${python(current.className.peek())},`,
    `    layer=${python(traits.layer.peek())},`,
    ...(isUsual ? [] : [`    examples_as=${python(as.peek())},`]),
    ")",
    ...(traits.within_class.peek() ? [`${variable}.within_class = True`] : []),
    ...limits.map(([name, value]) => `${variable}.${name} = ${value}`),
  ];
  const ablated = traits.ablated.peek();
  if (ablated.length > 0) lines.push(`${variable}.ablated = [${ablated.map(python).join(", ")}]`);
  return lines.join("\n");
}
