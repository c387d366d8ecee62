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
  /** Whether the label stands before the menu. */
  named?: boolean;
  /** Further class names. */
  also?: string;
  onChoose: (value: string, menu: HTMLSelectElement) => void;
}

export function Menu({ label, title, value, options, named = false, also = "", onChoose }: MenuProps) {
  const menu = (
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
  if (!named) return menu;
  return (
    <span class="slw-named-menu" title={title}>
      <span class="slw-muted" aria-hidden="true">
        {label.toLowerCase()}
      </span>
      {menu}
    </span>
  );
}

/** Returns the options of a table of names. */
export function optionsOf(names: Readonly<Record<string, string>>): Option[] {
  return Object.entries(names).map(([value, name]) => ({ value, name }));
}
