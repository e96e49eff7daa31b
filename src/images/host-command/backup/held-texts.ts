/**
 * Texts of messages that stand in files of their own are held by further names, in a directory nobody of the node knows:
 * whatever happens to a message while a backup is written, the text that belongs to the databases is there.
 */
import { constants, copyFileSync, linkSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Pieces of work between two turns of the event loop. */
const AT_ONCE = 500;

export class HeldTexts {
  readonly #source: string;
  readonly #directory: string;
  readonly #held = new Set<string>();

  /** @param directory  on the same file system; is made */
  constructor(source: string, directory: string) {
    this.#source = source;
    this.#directory = directory;
    mkdirSync(directory, { mode: 0o700, recursive: true });
  }

  get names(): ReadonlySet<string> {
    return this.#held;
  }

  pathOf(name: string): string {
    return join(this.#directory, name);
  }

  /** Most of them, while others work on. */
  async holdMost(): Promise<void> {
    const names = namesIn(this.#source);
    for (let at = 0; at < names.length; at += AT_ONCE) {
      for (const name of names.slice(at, at + AT_ONCE)) this.#hold(name);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Those that have come since: in the instant the databases are read. A text is there before its row is. */
  holdRest(): void {
    for (const name of namesIn(this.#source)) if (!this.#held.has(name)) this.#hold(name);
  }

  #hold(name: string): void {
    const [from, to] = [join(this.#source, name), this.pathOf(name)];
    try {
      linkSync(from, to);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Its message is gone.
      if (code === 'ENOENT') return;
      // A file system without links.
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EMLINK') throw error;
      copyFileSync(from, to, constants.COPYFILE_EXCL);
    }
    this.#held.add(name);
  }
}

/** Texts that are whole: others have another type until they are. */
function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => name.endsWith('.MAI'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
