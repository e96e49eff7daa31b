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

/** A line that is longer comes in pieces. */
const LONGEST_LINE = 65_536;

function quotedPrintableDecoder(): TransferDecoder {
  let held = '';
  return {
    write(bytes) {
      const text = held + latin1(bytes);
      // Line ends and escapes may be cut: what follows the last whole line waits, unless it is endless.
      const lineEnd = text.lastIndexOf('\n') + 1;
      const isEndless = text.length - lineEnd > LONGEST_LINE;
      const end = isEndless ? escapeEnd(text) : lineEnd;
      held = text.slice(end);
      return decodeQuotedPrintable(text.slice(0, end), isEndless);
    },
    end: () => decodeQuotedPrintable(held, false),
  };
}

const escapeEnd = (text: string): number => {
  const at = text.lastIndexOf('=');
  return at > text.length - 4 ? at : text.length;
};

/** A soft line break, an escape, or one that is cut by the end of the text; each is looked at once: what an escape stands for is none. */
const ESCAPE = /=(?:\r?\n|([0-9A-Fa-f]{2})|$)/g;

/** @param isWithinLine  the last line goes on */
function decodeQuotedPrintable(text: string, isWithinLine: boolean): Uint8Array {
  const lines = text.split('\n');
  const last = isWithinLine ? (lines.pop() ?? '') : undefined;
  const decoded = [...lines.map(withoutPadding), ...(last === undefined ? [] : [last])]
    .join('\n')
    .replace(ESCAPE, (_, hex?: string) =>
      hex === undefined ? '' : String.fromCharCode(Number.parseInt(hex, 16)),
    );
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
