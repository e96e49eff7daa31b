/** The lines of a file before its message: MAIL FROM, RCPT TO, DATA. Source: tcpip-smtp.md §5.9. */
import { type MessageDefinition, signal } from '../../condition/index.ts';
import { safeLine } from '../../mime/safe-text.ts';
import { formatMailbox, parsePathArgument } from '../../smtp/path.ts';
import { SFF } from './messages.ts';

/** RFC 5321 §4.5.3.1.8 wants a hundred to be taken; this many are one entry of the queue. */
const MOST_RECIPIENTS = 10_000;

export class SffEnvelope {
  readonly forwardPaths: string[] = [];
  readonly #hostName: string;
  #reversePath: string | undefined;

  /** @param hostName  makes a sender without a domain whole */
  constructor(hostName: string) {
    this.#hostName = hostName;
  }

  /** Without angle brackets; '' is the null reverse-path. */
  get reversePath(): string {
    return this.#reversePath ?? '';
  }

  /**
   * Takes a line. Throws SFF conditions.
   * @returns true for DATA: the message begins behind it
   */
  take(text: string, number: number): boolean {
    const line = text.trim();
    if (line === '') return false;
    const command = /^(MAIL +FROM *:|RCPT +TO *:|DATA$|MAIL\b|RCPT\b)(.*)$/is.exec(line);
    const [, verb = '', rest = ''] = command ?? [];
    switch (verb.slice(0, 4).toUpperCase()) {
      case 'MAIL':
        this.#mail(verb, rest, number, line);
        return false;
      case 'RCPT':
        this.#rcpt(verb, rest, number, line);
        return false;
      case 'DATA':
        if (this.#reversePath === undefined) signal(SFF.NOSENDER, number, safeLine(line));
        if (this.forwardPaths.length === 0) signal(SFF.NORCPT, number);
        return true;
      default:
        return signal(SFF.UNKNOWN, number, safeLine(line));
    }
  }

  #mail(verb: string, rest: string, number: number, line: string): void {
    if (this.#reversePath !== undefined) signal(SFF.TWOSENDERS, number, safeLine(line));
    this.#reversePath = pathIn(verb, rest, number, line, SFF.BADMAIL, this.#hostName);
  }

  #rcpt(verb: string, rest: string, number: number, line: string): void {
    if (this.#reversePath === undefined) signal(SFF.NOSENDER, number, safeLine(line));
    const path = pathIn(verb, rest, number, line, SFF.BADRCPT);
    if (path === '') signal(SFF.BADRCPT, number, safeLine(line));
    if (this.forwardPaths.length >= MOST_RECIPIENTS) signal(SFF.TOOMANY, number, MOST_RECIPIENTS);
    if (!this.forwardPaths.includes(path)) this.forwardPaths.push(path);
  }
}

/** @param hostName  stands behind a local part without a domain */
function pathIn(
  verb: string,
  rest: string,
  number: number,
  line: string,
  wrong: MessageDefinition,
  hostName?: string,
): string {
  const found = verb.endsWith(':') ? parsePathArgument(rest.trim(), { utf8: true }) : 'syntax';
  if (typeof found === 'string' || found.parameters.size > 0) return signal(wrong, number, safeLine(line));
  const { mailbox } = found;
  if (mailbox === undefined) return '';
  return formatMailbox(
    mailbox.domain === '' && hostName !== undefined ? { ...mailbox, domain: hostName } : mailbox,
  );
}
