/** Footer: what the sides are embedded by, what is being done, and the selection. */
import { Footer } from "../neurons/footer";
import { Doing } from "../ui/notes/doing";
import { useView } from "./context";

export function CompareFooter() {
  const { compare } = useView();
  return (
    <Footer traits={compare.traits} compared="Neurons and queries" onClear={() => compare.clearSelection()}>
      <Doing progress={compare.busyWith.value} status={compare.status.value} />
    </Footer>
  );
}
