/** Choice of the image, of the explained class, and of what it is contrasted with. */
import { useRef } from "preact/hooks";
import { Button, Link } from "../ui/buttons/button";
import { count } from "../ui/format";
import { useView } from "./context";

/** Names that a box can offer, at most: a browser is slow with more. */
const MOST_OFFERED = 2000;

export function Choices() {
  const { prediction, id } = useView();
  const { traits, shown, status } = prediction;
  const about = shown.value;
  if (about === null) return null;
  if (status.value === "kept") return <Note>Other images and classes need the notebook.</Note>;
  const { sample, contrast_sample, contrast_class, has_model, n_images } = traits;
  const classes = `${id}classes`;
  return (
    <section class="slw-choices" aria-label="Image and class">
      <div class="slw-choice">
        <NumberBox
          label="Image"
          value={sample.value}
          n={n_images.value}
          onChoose={(n) => prediction.chooseSample(n)}
        />
        {has_model.value && (
          <FileButton
            label="Image file"
            title="Explains an image file; dropping one on the left half does too"
            onFile={(chosen) => void prediction.useFile(chosen)}
          />
        )}
      </div>
      {about.has_model ? (
        <>
          <datalist id={classes}>
            {about.classes.slice(0, MOST_OFFERED).map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
          <div class="slw-choice">
            <ClassBox
              label="Explain"
              list={classes}
              value={about.own.class_name}
              onChoose={(name) => prediction.chooseClass(name)}
            />
            {traits.class_name.value !== "" && (
              <Link title="Explain the predicted class" onClick={() => prediction.chooseClass("")}>
                predicted
              </Link>
            )}
          </div>
          <div class="slw-choice">
            <ClassBox
              label="Against"
              list={classes}
              value={contrast_class.value}
              onChoose={(name) => prediction.contrastWith(name)}
            />
            <NumberBox
              label="or image"
              value={contrast_sample.value}
              n={n_images.value}
              onChoose={(n) => prediction.contrastWith(n)}
            />
            <FileButton
              label="Image file to contrast with"
              title="Contrasts with an image file; dropping one on the right half does too"
              onFile={(chosen) => void prediction.useFile(chosen, true)}
            />
            {about.contrast !== null && (
              <Link title="Ends the contrast" onClick={() => prediction.contrastWith(null)}>
                end
              </Link>
            )}
          </div>
        </>
      ) : (
        <Note>Without the model, this is what the lens holds of its own images.</Note>
      )}
    </section>
  );
}

interface FileButtonProps {
  label: string;
  title: string;
  onFile: (file: File) => void;
}

function FileButton({ label, title, onFile }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button title={title} onClick={() => input.current?.click()}>
        Open a file …
      </Button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        aria-label={label}
        onChange={({ currentTarget }) => {
          const [chosen] = currentTarget.files ?? [];
          if (chosen !== undefined) onFile(chosen);
          currentTarget.value = "";
        }}
      />
    </>
  );
}

function Note({ children }: { children: string }) {
  return <p class="slw-muted slw-prediction-note">{children}</p>;
}

interface NumberBoxProps {
  label: string;
  value: number | null;
  /** Images of the lens. */
  n: number;
  onChoose: (value: number) => void;
}

function NumberBox({ label, value, n, onChoose }: NumberBoxProps) {
  return (
    <label class="slw-choice-box" title={`The number of an image, 0 to ${count(n - 1)}`}>
      <span class="slw-muted">{label}</span>
      <input
        type="number"
        class="slw-select"
        min={0}
        max={n - 1}
        value={value ?? ""}
        placeholder="–"
        onChange={({ currentTarget }) => {
          const wanted = currentTarget.valueAsNumber;
          if (Number.isInteger(wanted) && wanted >= 0 && wanted < n) onChoose(wanted);
          else currentTarget.value = value === null ? "" : String(value);
        }}
      />
    </label>
  );
}

interface ClassBoxProps {
  label: string;
  list: string;
  value: string;
  onChoose: (name: string) => void;
}

function ClassBox({ label, list, value, onChoose }: ClassBoxProps) {
  const { prediction } = useView();
  return (
    <label class="slw-choice-box slw-choice-class" title="A class of the model">
      <span class="slw-muted">{label}</span>
      <input
        type="text"
        class="slw-select"
        list={list}
        value={value}
        placeholder="a class"
        onFocus={({ currentTarget }) => currentTarget.select()}
        onChange={({ currentTarget }) => {
          const name = currentTarget.value.trim();
          if (name === "" || prediction.shown.peek()?.classes.includes(name)) return onChoose(name);
          prediction.failures.report("The class could not be chosen", `the model has no class “${name}”`);
          currentTarget.value = value;
        }}
      />
    </label>
  );
}
