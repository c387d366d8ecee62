/** Images that look like the neuron's examples and do not excite it. */
import { Montage } from "../ui/montage";
import { useView } from "./context";
import type { SampleInfo } from "./protocol";
import { lookAlikeTitle } from "./words";

interface LookAlikesProps {
  samples: SampleInfo[];
  /** The place of the one that is shown large. */
  shown: number;
  size: number;
  onShow: (place: number) => void;
}

export function LookAlikes({ samples, shown, size, onShow }: LookAlikesProps) {
  const { thumbnails } = useView();
  if (samples.length === 0) return null;
  return (
    <div class="slw-look-alikes">
      <div class="slw-heading">Look-alikes that do not fire</div>
      <div class="slw-examples">
        {samples.map(({ row, sample, label, name }, place) => (
          <button
            key={sample}
            type="button"
            class="slw-example"
            aria-pressed={place === shown}
            title={lookAlikeTitle(label, name)}
            onClick={() => onShow(place)}
          >
            <Montage pictures={thumbnails} rows={[row]} side={1} size={size} />
            <span class="slw-example-text">
              <span class="slw-cut">{label ?? "–"}</span>
            </span>
          </button>
        ))}
      </div>
    </div>
  );
}
