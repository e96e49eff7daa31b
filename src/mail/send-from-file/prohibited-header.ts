/**
 * Prohibit-User-Headers: what a file says in its header of sender, recipients and time is ignored, and written as MAIL writes it.
 * Deviation: the subject stays, and what describes the text: without these the message could not be read.
 * Source: tcpip-smtp.md §4, §5.7.
 */
import { randomBytes } from 'node:crypto';
import { controlFileStamp, formatInternetDate } from '../../vms-time/index.ts';

/** More recipients are not listed: each would read the addresses of all others. */
const MOST_LISTED = 100;

/** The lines that stand in the place of those of the file, with CRLF. */
export function replacedHeader(
  { userName, forwardPaths }: { readonly userName: string; readonly forwardPaths: readonly string[] },
  { hostName, now }: { readonly hostName: string; readonly now: number },
): string {
  const pid = randomBytes(4).toString('hex').toUpperCase();
  const to = forwardPaths.map((each) => (each.includes('@') ? each : `${each}@${hostName}`));
  return [
    `Date: ${formatInternetDate(now)}`,
    `Message-Id: <${controlFileStamp(now)}_${pid}@${hostName}>`,
    `From: ${userName.toLowerCase()}@${hostName}`,
    `To: ${to.length > MOST_LISTED ? 'undisclosed-recipients:;' : to.join(',\r\n\t')}`,
    '',
  ].join('\r\n');
}

/** The header of a file as it is read: which of its lines stay. */
export class ProhibitedHeader {
  #isOver = false;
  #isKept = false;

  /** @param isContinued  the piece goes on with the line of the piece before */
  keeps(bytes: Uint8Array, isContinued: boolean): boolean {
    if (this.#isOver) return true;
    if (isContinued) return this.#isKept;
    if (bytes.length === 0) {
      this.#isOver = true;
      return true;
    }
    // RFC 5322 §2.2.3: a line that begins with a blank belongs to the field before.
    if (bytes[0] === 0x20 || bytes[0] === 0x09) return this.#isKept;
    const text = Buffer.from(bytes.subarray(0, 80)).toString('latin1');
    this.#isKept = /^(subject|mime-version|content-[a-z-]+)[ \t]*:/i.test(text);
    return this.#isKept;
  }
}
