/** Numbers from 1 to a known length, a bit each: a million of them are 125 KB. */
export class NumberSet {
  readonly #length: number;
  #bits: Uint8Array | undefined;

  constructor(length: number) {
    this.#length = length;
  }

  has(number: number): boolean {
    return this.#bits !== undefined && (this.#bits[number >>> 3]! & (1 << (number & 7))) !== 0;
  }

  add(number: number): void {
    this.#bits ??= new Uint8Array((this.#length >>> 3) + 1);
    this.#bits[number >>> 3]! |= 1 << (number & 7);
  }
}
