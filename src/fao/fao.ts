/** Placeholder replaced by the FAO module. */
export function fao(text: string, args: readonly (string | number)[]): string {
  let next = 0;
  return text.replace(/!(AS|AC|AD|UL|SL|AZ)/g, () => String(args[next++] ?? ''));
}
