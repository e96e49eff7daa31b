/** Operator messages as OPCOM writes them to terminals and OPERATOR.LOG. Source: queues.md §15 (recorded layouts). */
import { safeLines } from '../mime/safe-text.ts';
import { formatTime } from '../vms-time/index.ts';

const SIGNS = '%%%%%%%%%%%';
/** A long line is broken at about the width of a terminal. */
const LINE_WIDTH = 80;

/** `%%%%%%%%%%%  OPCOM  26-MAY-1998 14:31:12.82  %%%%%%%%%%%`: the time takes 23 characters, the day blank-padded. */
export const opcomHeader = (instant: number): string => `${SIGNS}  OPCOM  ${formatTime(instant)}  ${SIGNS}`;

/** Header and body lines, without the blank line that ends a block. */
export function opcomBlock(instant: number, body: readonly string[]): string {
  return [opcomHeader(instant), ...body.flatMap(foldLine)].join('\n');
}

/** `Message from user SYSTEM on ALPHA1` and the text as sent. */
export const userMessage = (from: string, nodeName: string, text: string): readonly string[] => [
  `Message from user ${from} on ${nodeName}`,
  ...printable(text).split('\n'),
];

/** What a terminal would obey is shown, not sent: operator messages carry addresses and replies of strangers. */
export const printable = (text: string): string => safeLines(text.replace(/\r\n?/g, '\n'));

function foldLine(line: string): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > LINE_WIDTH) {
    const blank = rest.lastIndexOf(' ', LINE_WIDTH);
    const end = blank > 0 ? blank : LINE_WIDTH;
    lines.push(rest.slice(0, end));
    rest = rest.slice(blank > 0 ? end + 1 : end);
  }
  return [...lines, rest];
}
