/** Button at an image of the lens that explains it in a prediction view. */
import type { ReadonlySignal } from "@preact/signals";
import { PAGE } from "../kernel/channel";
import type { Link as Linking } from "../kernel/link";
import type { Kernel } from "../kernel/types";
import { Link } from "../ui/buttons/button";
import type { Failures } from "../ui/state/failures";

/** Sends images to the latest prediction view on the page; without one there, Python looks on other pages. */
export class Explaining {
  constructor(
    private readonly around: {
      kernel: Kernel;
      failures: Failures;
      link: Linking | undefined;
      linked: ReadonlySignal<string[]>;
    },
  ) {}

  get can(): boolean {
    return this.around.kernel.status !== "kept" && this.around.linked.value.includes("sample");
  }

  async show(sample: number): Promise<void> {
    const { kernel, failures, link } = this.around;
    const here = [...(link?.explainers ?? [])].at(-1);
    if (here !== undefined) return here(sample);
    try {
      await kernel.request("explain_sample", { sample, page: PAGE });
    } catch (error) {
      failures.report("The image could not be explained", error);
    }
  }
}

interface ExplainProps {
  explaining: Explaining | undefined;
  sample: number;
  /** Called before. */
  onLeave?: () => void;
}

export function Explain({ explaining, sample, onLeave }: ExplainProps) {
  if (!explaining?.can) return null;
  const explain = () => {
    onLeave?.();
    void explaining.show(sample);
  };
  return (
    <Link title="Shows it in the prediction view that was opened last" onClick={explain}>
      explain this image
    </Link>
  );
}
