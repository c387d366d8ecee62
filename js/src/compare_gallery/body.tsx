/** Both sides next to each other, or in their place an opened neuron and its match. */
import { useView } from "./context";
import { Pair } from "./pair";
import { PairLine } from "./pair_line";
import { Side } from "./side";

export function Body() {
  const { compare } = useView();
  if (compare.opened.current.value !== null) return <Pair />;
  return (
    <>
      <div class="slw-sides">
        <Side place={0} />
        <Side place={1} />
      </div>
      <PairLine />
    </>
  );
}
