/** A parameter of a MIME header field: `filename="a.txt"`, or encoded and in pieces. Sources: RFC 2045 §5.1, RFC 2231 §3, §4. */

const PIECE = 50;

/** Each piece on a line of its own, with the `;` in front: `;\r\n\tfilename="a.txt"`. */
export function headerParameter(name: string, value: string): string {
  if (/^[\x20-\x7e]*$/.test(value) && value.length <= PIECE + 10) {
    return `;\r\n\t${name}="${value.replace(/["\\]/g, '\\$&')}"`;
  }
  const pieces = pieceWise(encodeURIComponent(value.toWellFormed()).replace(/['()*]/g, percent));
  if (pieces.length === 1) return `;\r\n\t${name}*=utf-8''${pieces[0]}`;
  return pieces
    .map((piece, index) => `;\r\n\t${name}*${index}*=${index === 0 ? "utf-8''" : ''}${piece}`)
    .join('');
}

const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** `%C3` is not cut. */
const pieceWise = (encoded: string): string[] =>
  encoded.match(new RegExp(`(?:%[0-9A-F]{2}|[^%]){1,${PIECE}}`, 'g')) ?? [''];
