/** The class whose relevance and verdicts the colours can show, and why they cannot where they cannot. */
import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Kernel } from "../kernel/types";
import type { AuditParams, ClassesResult } from "../ui/audit";
import type { Failures } from "../ui/failures";
import { type Concepts, classShown, conceptsOf } from "../ui/requirements";
import { latest } from "../ui/synced";
import type { EncodingName } from "./protocol";
import type { SyncedTraits } from "./synced";

export interface AuditedOptions {
  kernel: Kernel;
  traits: SyncedTraits;
  failures: Failures;
  lifetime: AbortSignal;
}

type Known = ClassesResult & { layer: string };

/** What nobody need be told of: the answer is under way. */
export const NOT_YET = "not known yet";

/** Whether an encoding is about a class. */
export function isOfClass(encoding: EncodingName): boolean {
  return encoding === "relevance" || encoding === "verdict";
}

export class AuditedClass {
  readonly className: ReadonlySignal<string>;
  readonly concepts: ReadonlySignal<Concepts>;
  /** Null until the first answer; of the layer before while a newer one is under way. */
  private readonly known: Signal<Known | null> = signal(null);
  private readonly isChosen: ReadonlySignal<boolean>;

  constructor(private readonly options: AuditedOptions) {
    const { attributed, class_name, layer, requirements, revision } = options.traits.signals;
    this.isChosen = computed(() => class_name.value !== "" || requirements.value.length > 0);
    this.className = computed(() => {
      const classes = this.known.value?.classes ?? [];
      return this.isChosen.value ? classShown(class_name.value, classes, requirements.value) : "";
    });
    this.concepts = computed(() => conceptsOf(requirements.value, this.className.value));
    const soon = latest();
    const stop = effect(() => {
      for (const trait of [attributed, layer, revision]) void trait.value;
      if (this.isChosen.value) soon(() => void this.ask());
    });
    options.lifetime.addEventListener("abort", stop);
  }

  /** Why the colours cannot say this; null where they can. */
  refusal(encoding: EncodingName): string | null {
    const layer = this.options.traits.signals.layer.value;
    const known = this.known.value;
    const name = this.className.value;
    if (!isOfClass(encoding)) return null;
    if (layer === "") return "choose one layer";
    if (!this.isChosen.value) return "no class is chosen";
    if (known?.layer !== layer) return NOT_YET;
    if (known.state !== "computed") return "no relevance yet";
    const info = known.classes.find((each) => each.name === name);
    if (info === undefined || info.n_samples === 0) return `no samples of ${name}`;
    const { valid, spurious } = this.concepts.value;
    return encoding === "verdict" && valid.length + spurious.length === 0 ? "nothing is required" : null;
  }

  /** What the kernel is asked for about the class. */
  params(): AuditParams {
    const { layer, threshold } = this.options.traits.signals;
    const { valid, spurious } = this.concepts.value;
    return {
      layer: layer.value,
      class_name: this.className.value,
      valid: valid.map(({ concept }) => concept),
      spurious: spurious.map(({ concept }) => concept),
      threshold: threshold.value,
    };
  }

  private async ask(): Promise<void> {
    const { kernel, traits, failures, lifetime } = this.options;
    const layer = traits.signals.layer.peek();
    if (layer === "") return;
    try {
      const options = { slot: "audit_classes", signal: lifetime };
      const { result } = await kernel.request<ClassesResult>("audit_classes", { layer }, options);
      this.known.value = { ...result, layer };
    } catch (error) {
      failures.report("The classes could not be loaded", error, () => void this.ask());
    }
  }
}
