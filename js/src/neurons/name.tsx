/** "blocks.6.0:1203" with the layer cut when there is no room, never the number. */
export function Name({ name }: { name: string }) {
  const colon = name.lastIndexOf(":");
  return (
    <span class="slw-name" title={name}>
      <span class="slw-name-layer">{name.slice(0, colon)}</span>
      <span class="slw-name-number">{name.slice(colon)}</span>
    </span>
  );
}
