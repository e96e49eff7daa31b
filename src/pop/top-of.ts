/** The header of a message, the empty line, and so many lines of its body. Source: RFC 1939 §7 (TOP). */
const CR = 0x0d;
const LF = 0x0a;

/** Stops reading where nothing more is wanted. @param count  lines of the body */
export async function* topOf(bytes: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let isHeader = true;
  let left = count;
  let isEmptyLine = true;
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.byteLength; at++) {
      const byte = chunk[at];
      if (byte !== LF) {
        if (byte !== CR) isEmptyLine = false;
        continue;
      }
      if (!isHeader) left -= 1;
      else if (isEmptyLine) isHeader = false;
      isEmptyLine = true;
      if (!isHeader && left <= 0) {
        yield chunk.subarray(0, at + 1);
        return;
      }
    }
    yield chunk;
  }
}
