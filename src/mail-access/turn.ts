/** How a session that has much to do leaves the others of its process their turn. */

/** How long it may keep them waiting. */
const AT_ONCE_MS = 15;

export class Turn {
  #since = performance.now();

  /** To be awaited often: seldom it lets others go on. */
  async rest(): Promise<void> {
    if (performance.now() - this.#since < AT_ONCE_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#since = performance.now();
  }
}
