/**
 * Frames of the node's wire written as text, that mutators may change them: behind a first line `#` each line is
 * `kind id header attachment attachment…`, the header one without blanks, `_` for an empty one. A line that begins with `=` goes out
 * as it is, `\xHH` for an octet. Everything else is octets as they are.
 */
const FIXED_BYTES = 13;

export function framesOf(input: string): string {
  if (!input.startsWith('#\n')) return input;
  return input.slice(2).split('\n').map(frameOf).join('');
}

function frameOf(line: string): string {
  if (line.startsWith('='))
    return line
      .slice(1)
      .replace(/\\x([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  const match = /^(\d{1,3}) (\d{1,10}) (\S+)( .*)?$/.exec(line);
  if (match === null) return '';
  const [, kind, id, header = '', rest = ''] = match;
  const attachments = rest === '' ? [] : rest.slice(1).split(' ');
  return frame(Number(kind), Number(id), header === '_' ? '' : header, attachments);
}

/** An octet a character. */
export function frame(kind: number, id: number, header: string, attachments: readonly string[] = []): string {
  const lengths = attachments.map((each) => each.length);
  const length =
    FIXED_BYTES + 4 * lengths.length + header.length + lengths.reduce((sum, each) => sum + each, 0);
  const head = Buffer.alloc(4 + FIXED_BYTES + 4 * lengths.length);
  let at = head.writeUInt32LE(length);
  at = head.writeUInt8(kind & 0xff, at);
  for (const each of [id >>> 0, header.length, lengths.length, ...lengths]) at = head.writeUInt32LE(each, at);
  return head.toString('latin1') + header + attachments.join('');
}
