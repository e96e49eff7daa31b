/** Some fields of a header, as they came. Source: RFC 9051 §6.4.5.1 (HEADER.FIELDS). */
const [LF, CR, COLON] = [0x0a, 0x0d, 0x3a];
/** No field that somebody asks for has a longer name. */
const LONGEST_NAME = 1_000;
const END = Buffer.from('\r\n');

/**
 * @param header  with or without the empty line that ends it; that is always there in the end
 * @param names  in upper case  @param isNot  all fields but these
 */
export async function* headerSubset(
  header: AsyncIterable<Uint8Array>,
  names: ReadonlySet<string>,
  isNot: boolean,
): AsyncGenerator<Uint8Array> {
  let held = Buffer.alloc(0);
  let isWanted = false;
  let isLineStart = true;
  /** Takes what is surely a line or a piece of one, and says whether it is wanted. */
  const lines = function* (bytes: Buffer, isLast: boolean): Generator<Buffer> {
    let at = 0;
    while (at < bytes.byteLength) {
      const found = bytes.indexOf(LF, at);
      const isShort = found === -1 && bytes.byteLength - at < LONGEST_NAME;
      if (isShort && isLineStart && !isLast) break;
      const end = found === -1 ? bytes.byteLength : found + 1;
      const line = bytes.subarray(at, end);
      if (isLineStart && isEmpty(line)) isWanted = false;
      else if (isLineStart && line[0] !== 0x20 && line[0] !== 0x09)
        isWanted = names.has(nameOf(line)) !== isNot;
      if (isWanted) yield line;
      isLineStart = found !== -1;
      at = end;
    }
    held = Buffer.from(bytes.subarray(at));
  };
  let isOpen = false;
  for await (const chunk of header) {
    for (const line of lines(Buffer.concat([held, chunk]), false)) {
      isOpen = line.at(-1) !== LF;
      yield line;
    }
  }
  for (const line of lines(held, true)) {
    isOpen = line.at(-1) !== LF;
    yield line;
  }
  // A header that ends in the middle of a line.
  if (isOpen) yield END;
  yield END;
}

const isEmpty = (line: Buffer): boolean => line[0] === LF || (line[0] === CR && line[1] === LF);

function nameOf(line: Buffer): string {
  const colon = line.subarray(0, LONGEST_NAME).indexOf(COLON);
  return colon === -1 ? '' : line.toString('latin1', 0, colon).trimEnd().toUpperCase();
}
