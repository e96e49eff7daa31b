/** A selection whose ids become known piece by piece, all of one instant. */
import type { SelectedIds } from '../../../ports/mail-store.ts';
import type { FolderReader } from './folder-reader.ts';

/** Ids read at a time: 2 ms. */
const PIECE = 10_000;
/** Between two pieces that nobody waits for: whatever else the process does comes first. */
const PAUSE_MS = 4;

export class GrowingSelection implements SelectedIds {
  readonly length: number;
  readonly #reader: FolderReader;
  /** PIECE ids each, but the last. */
  readonly #pieces: Float64Array[] = [];
  readonly #ended: (found: number) => void;
  #filled = 0;

  /**
   * @param reader  closed when all is known, or with the selection
   * @param length  how many the reader will find, as far as anybody knows
   * @param ended  called once with how many there were; not when the selection was closed before
   */
  constructor(reader: FolderReader, length: number, ended: (found: number) => void) {
    this.#reader = reader;
    this.length = length;
    this.#ended = ended;
    this.#soon();
  }

  async slice(start: number, count: number): Promise<Float64Array> {
    const end = Math.min(this.length, start + count);
    if (start >= end) return new Float64Array(0);
    if (end > this.#filled && end - this.#filled <= PIECE) this.#read();
    if (!this.#reader.isOpen || end <= this.#filled) return this.#known(start, end);
    // Who wants most of it waits for all of it.
    if (end - start > PIECE) {
      while (end > this.#filled && this.#reader.isOpen) {
        this.#read();
        await new Promise((resolve) => setImmediate(resolve));
      }
      return this.#known(start, end);
    }
    const ahead = start - this.#filled;
    const behind = this.length - end;
    return Float64Array.from(
      ahead >= 0 && ahead < behind
        ? this.#reader.ahead(ahead, end - start)
        : this.#reader.fromEnd(behind, end - start),
    );
  }

  close(): void {
    this.#reader.close();
    this.#pieces.length = 0;
  }

  #known(start: number, end: number): Float64Array {
    const ids = new Float64Array(end - start);
    for (let at = start; at < end; ) {
      const piece = this.#pieces[Math.floor(at / PIECE)];
      const next = Math.min(end, (Math.floor(at / PIECE) + 1) * PIECE);
      // Ids that were counted and not found stay 0, which no message has.
      if (piece !== undefined) {
        const offset = at % PIECE;
        ids.set(piece.subarray(offset, offset + next - at), at - start);
      }
      at = next;
    }
    return ids;
  }

  #soon(): void {
    setTimeout(() => {
      if (!this.#reader.isOpen) return;
      try {
        this.#read();
      } catch {
        // Whoever asks for a place will hear of it.
        return;
      }
      this.#soon();
    }, PAUSE_MS).unref();
  }

  #read(): void {
    if (!this.#reader.isOpen) return;
    const ids = this.#reader.next(PIECE);
    this.#pieces.push(Float64Array.from(ids));
    this.#filled += ids.length;
    if (ids.length === PIECE) return;
    this.#reader.close();
    this.#ended(this.#filled);
  }
}
