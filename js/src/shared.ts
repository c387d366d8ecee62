/** Modules that the bundle lends to `results`, which is loaded when one of its widgets is first shown. */
import { computed, signal } from "@preact/signals";
import { render } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Fragment, jsx, jsxs } from "preact/jsx-runtime";
import { Footer } from "./neurons/footer";
import { Frame } from "./neurons/frame";
import { completed } from "./neurons/query/last_term";
import { Button, Link } from "./ui/buttons/button";
import { Menu } from "./ui/buttons/menu";
import { count, counted, exact, percent, px, significant } from "./ui/format";
import { isPlain } from "./ui/keys";
import { Doing } from "./ui/notes/doing";
import { Empty } from "./ui/notes/empty";
import { useSize } from "./ui/size";
import { Failures } from "./ui/state/failures";
import { Synced, statusOf } from "./ui/state/synced";
import { viewContext } from "./ui/view_context";

/** By module; `build.mjs` reads the names from these lines. */
export const SHARED = {
  "@preact/signals": { computed, signal },
  preact: { render },
  "preact/hooks": { useLayoutEffect, useMemo, useRef, useState },
  "preact/jsx-runtime": { Fragment, jsx, jsxs },
  "neurons/footer": { Footer },
  "neurons/frame": { Frame },
  "neurons/query/last_term": { completed },
  "ui/buttons/button": { Button, Link },
  "ui/buttons/menu": { Menu },
  "ui/doing": { Doing },
  "ui/empty": { Empty },
  "ui/format": { count, counted, exact, percent, px, significant },
  "ui/size": { useSize },
  "ui/keys": { isPlain },
  "ui/state/failures": { Failures },
  "ui/state/synced": { Synced, statusOf },
  "ui/view_context": { viewContext },
};
