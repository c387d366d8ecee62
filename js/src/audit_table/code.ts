/** The Python call that makes the view that is shown. */
import { python } from "../ui/python";
import type { RequirementInfo } from "./protocol";
import type { AuditTable } from "./state";

const USUAL = { max_spurious: 0.1, threshold: 2.75 };

/** "audit_table = slw.AuditTable(lens, [slw.Requirement('ox', ...)], layer='bn2')". */
export function asCode(widget: string, { traits, className }: AuditTable): string {
  const requirements = traits.requirements.peek().map(requirementCode);
  const limits = Object.entries(USUAL)
    .map(([name, usual]) => [name, traits[name as keyof typeof USUAL].peek(), usual] as const)
    .filter(([, value, usual]) => value !== usual)
    .map(([name, value]) => `    ${name}=${value},`);
  const variable = widget.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase();
  const given = widget === "AuditTable" ? "" : "requirements=";
  const lines = [
    `${variable} = slw.${widget}(`,
    "    lens,",
    `    ${given}[${requirements.length > 0 ? `\n${requirements.join("\n")}\n    ` : ""}],`,
    `    class_name=${python(className.peek())},`,
    `    layer=${python(traits.layer.peek())},`,
    ...limits,
    ")",
  ];
  const ablated = traits.ablated.peek();
  if (ablated.length > 0) lines.push(`${variable}.ablated = [${ablated.map(python).join(", ")}]`);
  return lines.join("\n");
}

function requirementCode({ class_name, valid, spurious }: RequirementInfo): string {
  const lists = Object.entries({ valid, spurious })
    .filter(([, concepts]) => concepts.length > 0)
    .map(([side, concepts]) => `, ${side}=[${concepts.map(python).join(", ")}]`);
  return `        slw.Requirement(${class_name === null ? "None" : python(class_name)}${lists.join("")}),`;
}
