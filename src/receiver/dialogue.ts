/** What client and receiver say to each other: replies in their form, refusals counted, both sides in the trace. */
import { formatReply, type Reply } from '../smtp/reply.ts';
import { withoutSecrets } from './command.ts';
import type { ReplyWriter } from './reply-writer.ts';
import type { Session } from './session.ts';

export class Dialogue {
  readonly #session: Session;
  readonly #replies: ReplyWriter;

  /** @param replies  gathers them; what sends them is the receiver's */
  constructor(session: Session, replies: ReplyWriter) {
    this.#session = session;
    this.#replies = replies;
  }

  say(each: Reply): void {
    const session = this.#session;
    const text = formatReply(each, session.isExtended);
    if (session.settings.traces) this.#trace(`>>>${text.trimEnd()}`);
    this.#replies.say(text);
    if (each.code >= 400) session.dependencies.refusals?.count(each, session.refusedBy);
    session.refusedBy = undefined;
  }

  /** A command came. */
  heard(text: string): void {
    if (this.#session.settings.traces) this.#trace(`<<<${withoutSecrets(text)}`);
  }

  /** A line within AUTH came. It may be a password: no log has it. */
  heardSecret(): void {
    if (this.#session.settings.traces) this.#trace('<<<***');
  }

  /** Line by line; the log writes what does not print as escapes. */
  #trace(line: string): void {
    const { dependencies, peer } = this.#session;
    dependencies.log.info({ client: `${peer.address}:${peer.port}`, line }, 'trace');
  }
}
