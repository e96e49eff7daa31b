/** Content-Transfer-Encoding, taken off piece by piece. Sources: RFC 2045 §6.7 (quoted-printable), §6.8 (base64). */
export interface TransferDecoder {
  write(bytes: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

const nothing = new Uint8Array(0);

/** Unknown encodings are passed as they are. */
export function transferDecoder(encoding: string | undefined): TransferDecoder {
  switch ((encoding ?? '').trim().toLowerCase()) {
    case 'base64':
      return base64Decoder();
    case 'quoted-printable':
      return quotedPrintableDecoder();
    default:
      return { write: (bytes) => bytes, end: () => nothing };
  }
}

/** Characters outside the alphabet are ignored; `=` ends a group, and another one may follow. */
function base64Decoder(): TransferDecoder {
  let held = '';
  const decode = (text: string): Buffer => Buffer.from(text, 'base64');
  return {
    write(bytes) {
      const groups = (held + latin1(bytes).replace(/[^A-Za-z0-9+/=]+/g, '')).split(/=+/);
      const last = groups.pop() ?? '';
      const whole = last.length - (last.length % 4);
      held = last.slice(whole);
      const decoded = decode(last.slice(0, whole));
      return groups.length === 0 ? decoded : Buffer.concat([...groups.map(decode), decoded]);
    },
    end: () => decode(held),
  };
}

function quotedPrintableDecoder(): TransferDecoder {
  let held = '';
  return {
    write(bytes) {
      const text = held + latin1(bytes);
      // Line ends and escapes may be cut: what follows the last whole line waits, unless it is endless.
      const end = text.length > 65_536 ? escapeEnd(text) : text.lastIndexOf('\n') + 1;
      held = text.slice(end);
      return decodeQuotedPrintable(text.slice(0, end));
    },
    end: () => decodeQuotedPrintable(held),
  };
}

const escapeEnd = (text: string): number => {
  const at = text.lastIndexOf('=');
  return at > text.length - 4 ? at : text.length;
};

function decodeQuotedPrintable(text: string): Uint8Array {
  const decoded = text
    .split('\n')
    .map(withoutPadding)
    .join('\n')
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    // An escape cut by the end of the text.
    .replace(/=$/, '');
  return Buffer.from(decoded, 'latin1');
}

/** Blanks at the end of a line were added on the way. RFC 2045 §6.7 (3) */
function withoutPadding(line: string): string {
  const end = line.endsWith('\r') ? line.length - 1 : line.length;
  let last = end;
  while (last > 0 && (line[last - 1] === ' ' || line[last - 1] === '\t')) last--;
  return last === end ? line : line.slice(0, last) + line.slice(end);
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
