/** Button that copies the name of a neuron, and says so. */
import { useEffect, useState } from "preact/hooks";
import { IconButton } from "../ui/buttons/icon_button";
import { copyText } from "../ui/copy";

const SAID_MS = 1600;

export function CopyName({ name }: { name: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const end = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(end);
  }, [copied]);
  return (
    <>
      <IconButton
        icon={copied ? "valid" : "copy"}
        also="slw-plain"
        label={`Copy the name ${name}`}
        title={copied ? "Copied" : "Copy the name"}
        onClick={() => void copyText(name).then(() => setCopied(true))}
      />
      <span class="slw-hidden" aria-live="polite">
        {copied ? `${name} copied` : ""}
      </span>
    </>
  );
}
