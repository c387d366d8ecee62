/** Menu that exports the audit as a file or as code. */

import { SaveMenu } from "../ui/buttons/save_menu";
import { download } from "../ui/download";
import { useView } from "./context";
import { asCode } from "./state/code";

const TYPES = { csv: "text/csv", json: "application/json", html: "text/html" } as const;

export function Take() {
  const { table, widget } = useView();
  const save = (format: keyof typeof TYPES) => async () => {
    const layer = table.traits.layer.peek();
    download(new Blob([await table.exported(format)], { type: TYPES[format] }), `audit_${layer}.${format}`);
  };
  const files = {
    "Save as CSV": save("csv"),
    "Save as HTML": save("html"),
    "Save as JSON": save("json"),
  };
  return (
    <SaveMenu
      actions={{
        ...(table.status.value === "kept" ? {} : files),
        "Copy as code": () => navigator.clipboard.writeText(asCode(widget, table)),
      }}
      onFailure={(error) => table.failures.report("The audit could not be saved", error)}
    />
  );
}
