/**
 * A message that is attached to another: it stands there as it is, and programs show it as a message, when it is one by the
 * letter. What is not, or is long, goes as a file. Sources: RFC 2046 §5.2.1; RFC 5322 §2.1.1; RFC 2045 §2.7.
 */
import { HeaderLines } from '../mime/header-lines.ts';

/** It is looked at to its end before anything of it goes. */
export const ATTACHED_MESSAGE_BYTES = 4_194_304;

const LINE_LENGTH = 998;

/** With CRLF at the ends of lines; undefined when it is no message in short 7-bit lines. */
export function attachedMessage(bytes: Buffer): Buffer | undefined {
  const lines = bytes.toString('latin1').split(/\r?\n/);
  const isMessage = HeaderLines.isField(lines[0]!) && !/^[ \t]/.test(lines[0]!);
  const isPlain = lines.every((line) => line.length <= LINE_LENGTH && !/[\0\r\x80-\xff]/.test(line));
  return isMessage && isPlain ? Buffer.from(lines.join('\r\n'), 'latin1') : undefined;
}
