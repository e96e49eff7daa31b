/** Counts the Received: fields of a header as it streams by: the loop detection of RFC 5321 §6.3. */
export class HopCounter {
  #carry = '';
  #isHeader = true;
  #isStart = true;
  hops = 0;

  read(bytes: Uint8Array): void {
    if (!this.#isHeader) return;
    const text = this.#carry + headerPart(bytes);
    const end = this.#isStart && text.startsWith('\r\n') ? 0 : text.indexOf('\r\n\r\n');
    this.#isStart = false;
    if (end !== -1) this.#isHeader = false;
    const header = end === -1 ? text : text.slice(0, end);
    const lastLine = header.lastIndexOf('\n') + 1;
    const whole = end === -1 ? header.slice(0, lastLine) : header;
    this.hops += whole.match(/^received[ \t]*:/gim)?.length ?? 0;
    // Enough of the unfinished line to know it, and the CRLF before it to find the header's end.
    this.#carry = end === -1 ? this.#rest(header, lastLine) : '';
  }

  #rest(header: string, lastLine: number): string {
    if (lastLine === 0)
      return header.slice(0, 16) + (header.endsWith('\r') && header.length > 16 ? '\r' : '');
    const line = header.slice(lastLine);
    const kept = line.length > 16 ? line.slice(0, 16) + (line.endsWith('\r') ? '\r' : '') : line;
    return `\r\n${kept}`;
  }
}

/** Up to the first empty line: the body behind it is never looked at. */
function headerPart(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = buffer.indexOf('\r\n\r\n');
  return buffer.toString('latin1', 0, end === -1 ? buffer.length : end + 4);
}
