/**
 * TCPIP$POP_TRACE: the dialogue with a client, for the log. Passwords are never in it, nor what a stranger says that is no command: it may
 * be one. Nor are messages. Source: tcpip-smtp.md §7.2.
 */
import type { Log } from '../ports/log.ts';

const STRANGERS_MAY_SAY = /^(?:CAPA|NOOP|QUIT|STLS|UTF8)$/i;
const SECRETS_FOLLOW = /^(USER|PASS|APOP|AUTH)(?= |$)/i;
const LONGEST_LINE = 1_000;

export class Trace {
  readonly #log: Pick<Log, 'info'>;
  readonly #client: string;

  constructor(log: Pick<Log, 'info'>, client: string) {
    this.#log = log;
    this.#client = client;
  }

  /** @param isKnown  the line begins with a command of POP */
  heard(line: string, isStranger: boolean, isKnown: boolean): void {
    const secret = SECRETS_FOLLOW.exec(line);
    if (secret !== null) this.#say('<<<', line === secret[0] ? line : `${secret[0]} ***`);
    else this.#say('<<<', isKnown && (!isStranger || STRANGERS_MAY_SAY.test(line)) ? line : '***');
  }

  /** An answer to a question of the server. */
  heardAnswer(): void {
    this.#say('<<<', '***');
  }

  /** What the client has said is repeated in quotation marks, and may have some of its own. */
  said(line: string): void {
    this.#say('>>>', line.replace(/".*"|".*$/s, '"***"'));
  }

  #say(direction: string, text: string): void {
    const shown = text.slice(0, LONGEST_LINE).replace(/[\x00-\x1f\x7f-\x9f]/g, '?');
    this.#log.info({ client: this.#client }, `${direction}${shown}`);
  }
}
