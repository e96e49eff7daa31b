/**
 * Server-Trace: the dialogue with a client, for the log. Passwords are never in it: of what strangers say keywords alone,
 * nothing of an exchange of SASL, and of nobody a word that stands alone. Nor are messages.
 */
import type { Log } from '../ports/log.ts';

const STRANGERS_MAY_SAY = /^(\S{1,128}) (CAPABILITY|NOOP|LOGOUT|STARTTLS|ID|LOGIN|AUTHENTICATE)(?= |$)/i;
const LONGEST_LINE = 1_000;

export class Trace {
  readonly #log: Pick<Log, 'info'>;
  readonly #client: string;
  /** What the client said last is not shown, and neither is the answer, which repeats words of it. */
  #isHidden = false;

  constructor(log: Pick<Log, 'info'>, client: string) {
    this.#log = log;
    this.#client = client;
  }

  /** @param parts  of a command; what is no text is a literal */
  heard(parts: readonly unknown[], isStranger: boolean): void {
    const [first = ''] = parts;
    const line = typeof first === 'string' ? first : '';
    const known = STRANGERS_MAY_SAY.exec(line);
    const isSecret = known !== null && /^(LOGIN|AUTHENTICATE)$/i.test(known[2]!);
    // A word alone is no command: what a client says twice, as its response to a challenge.
    const isWord = !line.includes(' ');
    this.#isHidden = (isStranger || isWord) && known === null;
    if (isStranger || isWord || isSecret) {
      this.#say('<<<', known === null ? '***' : `${known[0]}${line === known[0] ? '' : ' ***'}`);
      return;
    }
    this.#say('<<<', parts.map((part) => (typeof part === 'string' ? part : '{***}')).join(''));
  }

  /** An answer to a question of the server. */
  heardAnswer(): void {
    this.#say('<<<', '***');
  }

  said(text: string): void {
    for (const line of text.split('\r\n')) {
      if (line === '') continue;
      this.#say('>>>', this.#isHidden && !line.startsWith('* ') ? '***' : line);
    }
  }

  #say(direction: string, text: string): void {
    const shown = text.slice(0, LONGEST_LINE).replace(/[\x00-\x1f\x7f-\x9f]/g, '?');
    this.#log.info({ client: this.#client }, `${direction}${shown}`);
  }
}
