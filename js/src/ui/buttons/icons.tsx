/** Icons, drawn in the colour of the surrounding text. */

const PATHS = {
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Zm3.3 7.8 3.4 3.4",
  close: "m4 4 8 8m0-8-8 8",
  descending: "M8 3v10m0 0 3.5-3.5M8 13 4.5 9.5",
  ascending: "M8 13V3m0 0 3.5 3.5M8 3 4.5 6.5",
  open: "M9.5 3H13v3.5M13 3 8.5 7.5M6.5 13H3V9.5M3 13l4.5-4.5",
  similar: "M5.5 3.5h7v7M10.5 5.5h-7v7h7v-7Z",
  warning: "M8 2.5 14 13H2L8 2.5ZM8 6.5v3M8 11.2v.3",
  image: "M2.5 3.5h11v9h-11v-9Zm0 7 3-3 2.5 2.5 2-2 3.5 3.5M10.5 6.2v.1",
  lasso:
    "M8 2.5c3.3 0 6 1.7 6 3.9s-2.7 3.9-6 3.9-6-1.7-6-3.9 2.7-3.9 6-3.9ZM4.6 9.6c-1.5.7-1.3 2.6.3 2.6s1.6 1.4.6 2",
  box: "M2.5 5V2.5H5M8 2.5h.1M11 2.5h2.5V5M13.5 8v.1M13.5 11v2.5H11M8 13.5h-.1M5 13.5H2.5V11M2.5 8v-.1",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  home: "M2.5 8 8 3l5.5 5M4.2 6.5v6.5h7.6V6.5",
  fullscreen: "M9.5 2.5h4v4M6.5 13.5h-4v-4M13.5 2.5l-4.5 4.5M2.5 13.5 7 9",
  smaller: "M13.5 6.5h-4v-4M2.5 9.5h4v4M9.5 6.5l4-4M6.5 9.5l-4 4",
  help: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM6.3 6.4a1.8 1.8 0 1 1 2.6 1.6c-.6.3-.9.7-.9 1.4M8 11.3v.1",
  undo: "M6.5 3 3 6.5 6.5 10M3 6.5h6a3.5 3.5 0 0 1 0 7H6",
  past: "M3 8a5 5 0 1 0 1.6-3.7M4.5 2v2.5H7M8 5.3V8l2 1.3",
  download: "M8 2.5v7.5m0 0L4.8 6.8M8 10l3.2-3.2M2.5 10.5v3h11v-3",
  pin: "M5.5 2.5h5M6.5 2.5v4L4.5 9h7l-2-2.5v-4M8 9v4.5",
  legend: "M2.5 4h.1M2.5 8h.1M2.5 12h.1M5.5 4h8M5.5 8h8M5.5 12h8",
  valid: "m3 8.5 3.2 3.2L13 4.8",
  spurious: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM4.2 4.2l7.6 7.6",
  ambiguous: "M2.5 6.5c1.8-1.8 3.7-1.8 5.5 0s3.7 1.8 5.5 0M2.5 10.5c1.8-1.8 3.7-1.8 5.5 0s3.7 1.8 5.5 0",
  unexpected: "M5.7 6a2.3 2.3 0 1 1 3.5 2c-.8.5-1.2.9-1.2 2M8 12.4v.1",
  down: "m4 6.5 4 4 4-4",
  previous: "M9.5 4 5.5 8l4 4",
  next: "m6.5 4 4 4-4 4",
  play: "M5 3.5v9l7-4.5-7-4.5Z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  copy: "M6 3.5H3.5v10h9v-10H10M6 2.5h4v2.5H6V2.5ZM6 8.5h4M6 11h4",
  unplugged:
    "M3 13l3-3m4-4 3-3M5 8l3 3-1.5 1.5a2.1 2.1 0 0 1-3-3L5 8Zm3-3 3 3 1.5-1.5a2.1 2.1 0 0 0-3-3L8 5Z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="slw-icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
