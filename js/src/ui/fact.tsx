/** Row of a list of facts: a term and its value. */
export function Fact({ name, title, children }: { name: string; title: string; children: string }) {
  return (
    <div class="slw-fact" title={title}>
      <dt>{name}</dt>
      <dd class="slw-number slw-cut">{children}</dd>
    </div>
  );
}
