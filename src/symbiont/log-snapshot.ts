/**
 * SYMB_SNAPSHOT_BLOCKS: the latest lines of a log in memory, which are written when something has gone wrong and not before.
 * Source: tcpip-smtp.md §4; the texts are the product's.
 */

const BLOCK_BYTES = 512;

export class LogSnapshot {
  #texts: string[] = [];
  #bytes = 0;

  /** @param blocks  of 512 bytes: older lines make room; the last one is kept whatever its length */
  add(text: string, blocks: number): void {
    this.#texts.push(text);
    this.#bytes += Buffer.byteLength(text);
    let gone = 0;
    while (this.#bytes > blocks * BLOCK_BYTES && gone < this.#texts.length - 1)
      this.#bytes -= Buffer.byteLength(this.#texts[gone++]!);
    if (gone > 0) this.#texts.splice(0, gone);
  }

  /** Everything that is in it, which is empty then. */
  take(): readonly string[] {
    const texts = this.#texts;
    this.#texts = [];
    this.#bytes = 0;
    return texts.length === 0
      ? ['Snapshot buffer is empty']
      : ['Dump of log snapshot buffer follows', ...texts, 'End Dump of log snapshot buffer'];
  }
}
