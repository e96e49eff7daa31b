/**
 * Headers of tar: POSIX.1-1988 (ustar), and a pax header (POSIX.1-2001) before an entry whose name or size does not fit.
 * Source: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Header Block".
 */
export const BLOCK_BYTES = 512;
const NAME_BYTES = 100;
/** 11 octal digits. */
const LARGEST_SIZE = 0o77_777_777_777;

export interface TarEntry {
  readonly kind: 'file' | 'directory';
  /** Relative, components joined by `/`. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Seconds since 1970. */
  readonly modifiedAt: number;
  readonly mode: number;
}

/** What follows a file of that size, to the next block. */
export const paddingOf = (sizeBytes: number): number =>
  (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES;

/** Everything that stands before the bytes of an entry. */
export function headerOf(entry: TarEntry): Buffer {
  const path = entry.kind === 'directory' ? `${entry.path}/` : entry.path;
  const records: string[] = [];
  if (Buffer.byteLength(path) > NAME_BYTES) records.push(paxRecord('path', path));
  if (entry.sizeBytes > LARGEST_SIZE) records.push(paxRecord('size', String(entry.sizeBytes)));
  const own = block(path, entry.kind === 'directory' ? '5' : '0', entry);
  if (records.length === 0) return own;
  const text = Buffer.from(records.join(''));
  const pax = block('PaxHeader', 'x', { ...entry, sizeBytes: text.byteLength });
  return Buffer.concat([pax, text, Buffer.alloc(paddingOf(text.byteLength)), own]);
}

/** `length key=value LF`, where the length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function block(
  path: string,
  type: string,
  { sizeBytes, modifiedAt, mode }: Omit<TarEntry, 'kind' | 'path'>,
): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  Buffer.from(path).copy(header, 0, 0, NAME_BYTES);
  octal(header, 100, 8, mode);
  // Whoever unpacks it owns it.
  octal(header, 108, 8, 0);
  octal(header, 116, 8, 0);
  octal(header, 124, 12, sizeBytes > LARGEST_SIZE ? 0 : sizeBytes);
  octal(header, 136, 12, Math.max(0, Math.floor(modifiedAt)));
  header.write('        ', 148);
  header.write(type, 156);
  header.write('ustar\u000000', 257, 'latin1');
  octal(header, 148, 7, sumOf(header));
  return header;
}

const octal = (header: Buffer, at: number, length: number, value: number): void =>
  void header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');

const sumOf = (header: Buffer): number => header.reduce((sum, byte) => sum + byte, 0);

export interface ReadHeader extends Omit<TarEntry, 'kind'> {
  /** The type flag: `0` file, `5` directory, `x` pax header; others were written by somebody else. */
  readonly type: string;
}

/** Undefined: not a header of tar. */
export function readHeader(header: Buffer): ReadHeader | undefined {
  const text = (at: number, length: number): string => {
    const end = header.indexOf(0, at);
    return header.toString('utf8', at, end === -1 || end > at + length ? at + length : end);
  };
  const number = (at: number, length: number): number => Number.parseInt(text(at, length).trim() || '0', 8);
  const blank = Buffer.from(header);
  blank.write('        ', 148);
  if (text(257, 5) !== 'ustar' || number(148, 8) !== sumOf(blank)) return undefined;
  return {
    path: text(0, NAME_BYTES),
    mode: number(100, 8),
    sizeBytes: number(124, 12),
    modifiedAt: number(136, 12),
    type: String.fromCharCode(header[156] ?? 0),
  };
}

/** The records of a pax header by key. */
export function readPax(bytes: Buffer): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let at = 0; at < bytes.byteLength; ) {
    const space = bytes.indexOf(0x20, at);
    const length = space === -1 ? Number.NaN : Number(bytes.toString('latin1', at, space));
    if (!Number.isInteger(length) || length < 5 || at + length > bytes.byteLength) break;
    const [key = '', ...value] = bytes.toString('utf8', space + 1, at + length - 1).split('=');
    found.set(key, value.join('='));
    at += length;
  }
  return found;
}
