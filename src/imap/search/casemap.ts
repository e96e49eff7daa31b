/**
 * Text as it is compared: letters of whatever case are one, and what is written in two ways is the same.
 * Source: RFC 5051 (i;unicode-casemap), as RFC 9051 §6.4.4 and RFC 5256 §2 ask for it.
 */

/** `Straße` → `STRAßE`, `Ü` → `U` with a diaeresis behind it, so that whoever looks for `u` finds it. */
export function casemap(text: string): string {
  if (!/[^\x00-\x7f]/.test(text)) return text.toUpperCase();
  let mapped = '';
  for (const character of text) {
    const upper = character.toUpperCase();
    // The mapping of single characters: `ß` is not two.
    mapped += upper.length === character.length ? upper : character;
  }
  return mapped.normalize('NFKD');
}
