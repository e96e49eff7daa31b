/**
 * One word about each part of a message, in their order, in a byte each: who sends a hundred megabytes of boundaries has twenty
 * million parts.
 */
export class PartNotes<Word extends string> {
  readonly #words: readonly Word[];
  /** Place of the word, from 1; 0: none. */
  #notes = new Uint8Array(16);
  #count = 0;
  /** Whether there is a word about any. */
  hasAny = false;

  constructor(words: readonly Word[]) {
    this.#words = words;
  }

  /** The next part begins. */
  begin(): void {
    if (this.#count === this.#notes.length) {
      const more = new Uint8Array(this.#count * 2);
      more.set(this.#notes);
      this.#notes = more;
    }
    this.#count++;
  }

  /** About the part that began last. */
  get last(): Word | undefined {
    return this.of(this.#count - 1);
  }

  set last(word: Word | undefined) {
    this.#notes[this.#count - 1] = word === undefined ? 0 : this.#words.indexOf(word) + 1;
    if (word !== undefined) this.hasAny = true;
  }

  /** @param index  from 0 */
  of(index: number): Word | undefined {
    return this.#words[(this.#notes[index] ?? 0) - 1];
  }
}
