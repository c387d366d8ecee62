/** Name of a neuron, "blocks.6.0:1203"; in a narrow place the layer is cut, never the number. */
export function Name({ name }: { name: string }) {
  const colon = Math.max(0, name.lastIndexOf(":"));
  return (
    <span class="slw-name" title={name}>
      <span class="slw-name-layer">{name.slice(0, colon)}</span>
      <span class="slw-name-number">{name.slice(colon)}</span>
    </span>
  );
}
