/** Lines in quoted-printable, at most 76 characters. Source: RFC 2045 §6.7. */

/** One line of text, in UTF-8. */
export const quotedPrintableLine = (line: string): string => quotedPrintableBytes(Buffer.from(line, 'utf8'));

/** One line, without its end. */
export function quotedPrintableBytes(line: Uint8Array): string {
  const bytes = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  let result = '';
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    const isLast = at === bytes.length - 1;
    const isBlank = byte === 0x20 || byte === 0x09;
    const isPlain = (byte > 0x20 && byte < 0x7f && byte !== 0x3d) || (isBlank && !isLast);
    // `From ` at the start of a line and a lone dot are touched on the way by some.
    const isTouchy =
      length === 0 && (byte === 0x2e || (byte === 0x46 && bytes.toString('latin1', at, at + 5) === 'From '));
    const piece =
      isPlain && !isTouchy
        ? String.fromCharCode(byte)
        : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    if (length + piece.length > 75) {
      result += '=\r\n';
      length = 0;
    }
    result += piece;
    length += piece.length;
  }
  return result;
}
