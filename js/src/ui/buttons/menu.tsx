/** Menu of choices. */

interface Option {
  value: string;
  name: string;
  title?: string;
  disabled?: boolean;
}

interface MenuProps {
  label: string;
  title: string;
  value: string;
  options: readonly Option[];
  /** Further class names. */
  also?: string;
  onChoose: (value: string, menu: HTMLSelectElement) => void;
}

export function Menu({ label, title, value, options, also = "", onChoose }: MenuProps) {
  return (
    <select
      class={`slw-select ${also}`.trimEnd()}
      aria-label={label}
      title={title}
      value={value}
      disabled={options.length === 0}
      onChange={({ currentTarget }) => onChoose(currentTarget.value, currentTarget)}
    >
      {options.map(({ name, ...option }) => (
        <option key={option.value} {...option}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** Returns the options of a table of names. */
export function optionsOf(names: Readonly<Record<string, string>>): Option[] {
  return Object.entries(names).map(([value, name]) => ({ value, name }));
}
