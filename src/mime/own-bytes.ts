/** Bytes of ours that a library or another server reads: when all of it fails, whether it was the reading of them that did. */
export class OwnBytes {
  #broken: { readonly error: unknown } | undefined;

  /** The same bytes. */
  async *watched(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* bytes;
    } catch (error) {
      this.#broken = { error };
      throw error;
    }
  }

  /** Throws what reading them ended with; returns where it was not that. */
  rethrow(): void {
    if (this.#broken !== undefined) throw this.#broken.error;
  }
}
