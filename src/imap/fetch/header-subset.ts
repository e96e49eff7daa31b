/** Some fields of a header, as they came. Source: RFC 9051 §6.4.5.1 (HEADER.FIELDS). */
const [LF, CR, COLON] = [0x0a, 0x0d, 0x3a];
/** No field that somebody asks for has a longer name. */
const LONGEST_NAME = 1_000;
const END = Buffer.from('\r\n');

/**
 * With the empty line behind them, where the header has one.
 * @param names  in upper case  @param isNot  all fields but these
 */
export async function* headerSubset(
  header: AsyncIterable<Uint8Array>,
  names: ReadonlySet<string>,
  isNot: boolean,
): AsyncGenerator<Uint8Array> {
  let held = Buffer.alloc(0);
  // What is folded and follows nothing has no name.
  let isWanted = isNot;
  let isLineStart = true;
  let hasEnd = false;
  /** Takes what is surely a line or a piece of one. */
  const wanted = function* (bytes: Buffer, isLast: boolean): Generator<Buffer> {
    let at = 0;
    while (at < bytes.byteLength) {
      const found = bytes.indexOf(LF, at);
      const isShort = found === -1 && bytes.byteLength - at < LONGEST_NAME;
      if (isShort && isLineStart && !isLast) break;
      const end = found === -1 ? bytes.byteLength : found + 1;
      const line = bytes.subarray(at, end);
      if (isLineStart && isEmpty(line)) {
        isWanted = false;
        hasEnd = true;
      } else if (isLineStart && line[0] !== 0x20 && line[0] !== 0x09)
        isWanted = names.has(nameOf(line)) !== isNot;
      if (isWanted) yield line;
      isLineStart = found !== -1;
      at = end;
    }
    held = Buffer.from(bytes.subarray(at));
  };
  for await (const chunk of header) yield* wanted(Buffer.concat([held, chunk]), false);
  yield* wanted(held, true);
  if (hasEnd) yield END;
}

const isEmpty = (line: Buffer): boolean => line[0] === LF || (line[0] === CR && line[1] === LF);

function nameOf(line: Buffer): string {
  const colon = line.subarray(0, LONGEST_NAME).indexOf(COLON);
  return colon === -1 ? '' : line.toString('latin1', 0, colon).trimEnd().toUpperCase();
}
