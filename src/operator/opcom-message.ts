/** Operator messages as OPCOM writes them to terminals and OPERATOR.LOG. Source: queues.md §15 (recorded layouts). */
import { safeLines } from '../mime/safe-text.ts';
import type { OutstandingRequest, RequestAnswer } from '../ports/operator-requests.ts';
import { foldLine } from '../system/fold-line.ts';
import { formatTime } from '../vms-time/index.ts';

const SIGNS = '%%%%%%%%%%%';
/** A long line is broken at about the width of a terminal. */
const LINE_WIDTH = 80;

/** `%%%%%%%%%%%  OPCOM  26-MAY-1998 14:31:12.82  %%%%%%%%%%%`: the time takes 23 characters, the day blank-padded. */
const opcomHeader = (instant: number): string => `${SIGNS}  OPCOM  ${formatTime(instant)}  ${SIGNS}`;

/** Header and body lines, without the blank line that ends a block. */
export function opcomBlock(instant: number, body: readonly string[]): string {
  return [opcomHeader(instant), ...body.flatMap((line) => foldLine(line, LINE_WIDTH))].join('\n');
}

/** `Message from user SYSTEM on ALPHA1` and the text as sent. */
export const userMessage = (from: string, nodeName: string, text: string): readonly string[] => [
  `Message from user ${from} on ${nodeName}`,
  ...textLines(text),
];

/** `Request 3, from user ROBINSON on OAK` and the text as sent. */
export const requestBody = (
  { number, userName, text }: OutstandingRequest,
  nodeName: string,
): readonly string[] => [`Request ${number}, from user ${userName} on ${nodeName}`, ...textLines(text)];

/** `19-APR-2000 10:25:32.40, request 3 completed by operator OPA0`: what the user and the operators read. */
export const answeredLine = (number: number, { kind, operator, at }: RequestAnswer): string =>
  `${formatTime(at).trimStart()}, request ${number} ${kind} by operator ${operator}`;

/** Laid out as the line above; that of OpenVMS is not recorded. */
export const canceledLine = (number: number, at: number): string =>
  `${formatTime(at).trimStart()}, request ${number} canceled`;

/** None for a text that is empty. */
export const textLines = (text: string): readonly string[] =>
  text === '' ? [] : printable(text).split('\n');

/** What a terminal would obey is shown, not sent: operator messages carry addresses and replies of strangers. */
export const printable = (text: string): string => safeLines(text.replace(/\r\n?/g, '\n'));
