/** IDLE: the client waits, and hears of everything as it happens. Source: RFC 9051 §6.3.13. */
import type { Session } from '../session.ts';
import { tellChanges } from '../tell-changes.ts';
import { authenticated, bad, type Dialogue, type ImapVerb, ok } from './verb.ts';

const idle: ImapVerb = {
  states: authenticated,
  async obey(session, cursor, dialogue) {
    cursor.end();
    const teller = new Teller(session, dialogue);
    // What happened before the command came is told before anything is waited for.
    const asked = dialogue.ask('idling');
    const unwatch =
      session.view === undefined
        ? () => {}
        : session.dependencies.watcher.watch(session.view, () => teller.tell());
    teller.tell();
    try {
      const line = await asked;
      // The client has gone, or the session is to end: whoever reads the next command sees it, too.
      const isDone = line.kind === 'end' || (line.kind === 'line' && line.text.toUpperCase() === 'DONE');
      return isDone ? ok('IDLE terminated') : bad('DONE was expected.');
    } finally {
      unwatch();
      await teller.end();
    }
  },
};

/** One telling at a time; what happens meanwhile is told after it. */
class Teller {
  readonly #session: Session;
  readonly #dialogue: Dialogue;
  #running: Promise<void> | undefined;
  #isWanted = false;

  constructor(session: Session, dialogue: Dialogue) {
    this.#session = session;
    this.#dialogue = dialogue;
  }

  tell(): void {
    this.#isWanted = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async end(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#isWanted) {
      this.#isWanted = false;
      try {
        await tellChanges(this.#session, this.#dialogue, { expunge: true, withUid: false });
        await this.#dialogue.flush();
      } catch (failure) {
        // The store cannot be read now: the next change, or the next command, tells what there is.
        this.#session.dependencies.log.error({ err: failure }, 'an idle session could not be told');
      }
    }
  }
}

export const idleVerbs = { IDLE: idle } as const;
