/**
 * Alarms as mail: what operators were told, in the form of OPERATOR.LOG. Nobody answers it, and nothing comes back for it.
 * Sources: queues.md §15 (form); RFC 5321 §4.5.5 (null reverse-path), RFC 3834 §5 (Auto-Submitted).
 */
import { OPCOM_USER } from '../../ports/operator-communication.ts';
import type { Submission } from '../../ports/queue-manager.ts';
import { controlFileStamp, formatDelta, formatInternetDate, formatTime } from '../../vms-time/index.ts';
import { opcomBlock, printable, userMessage } from '../opcom-message.ts';
import type { PendingAlarm } from './alarm-book.ts';

export interface AlarmMessage {
  /** One at least. */
  readonly alarms: readonly PendingAlarm[];
  /** `user` or `user@domain`. */
  readonly address: string;
  readonly nodeName: string;
  readonly hostName: string;
  /** Domain of the author: postmaster there. */
  readonly domain: string;
  readonly repeatMs: number;
  readonly now: number;
  /** Nothing anybody else makes: the Message-Id. */
  readonly uniqueId: string;
}

export function alarmMessage(message: AlarmMessage): Submission {
  const { alarms, address, hostName } = message;
  const forwardPath = address.includes('@') ? address : `${address}@${hostName}`;
  const text = [...header(message, forwardPath), '', ...body(message), ''].join('\r\n');
  return {
    envelope: { reversePath: '', forwardPaths: [forwardPath], body: '8BITMIME' },
    text: { kind: 'inline', bytes: Buffer.from(text) },
    userName: OPCOM_USER,
    source: alarms.length === 1 ? 'an alarm' : `${alarms.length} alarms`,
  };
}

const header = (message: AlarmMessage, forwardPath: string): string[] => [
  `Date: ${formatInternetDate(message.now)}`,
  `Message-Id: <${controlFileStamp(message.now)}_${message.uniqueId}@${message.hostName}>`,
  `From: OPCOM on ${message.nodeName} <postmaster@${message.domain}>`,
  `To: ${forwardPath}`,
  `Subject: ${subject(message)}`,
  'MIME-Version: 1.0',
  'Auto-Submitted: auto-generated',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
];

/** What fits into a line of a list, in ASCII: the text says it in full. */
const LONGEST_SUBJECT = 120;

function subject({ alarms, nodeName }: AlarmMessage): string {
  const first = alarms[0]?.messages.at(-1)?.text ?? '';
  const line = printable(first)
    .split('\n', 1)[0]!
    .replace(/[^\x20-\x7e]/g, '?');
  const more = alarms.length === 1 ? '' : ` (and ${alarms.length - 1} more)`;
  return `${nodeName}: ${line.slice(0, LONGEST_SUBJECT)}${more}`;
}

const body = ({ alarms, nodeName, repeatMs }: AlarmMessage): string[] =>
  [
    `Operators of node ${nodeName} were told:`,
    '',
    ...alarms.flatMap((alarm) => [...messages(alarm, nodeName), '']),
    ...(repeatMs === 0
      ? []
      : [`What is about the same is told again after ${formatDelta(repeatMs).trim()} at the earliest.`]),
    'All messages are in SYS$MANAGER:OPERATOR.LOG.',
  ].flatMap((each) => each.split('\n'));

function messages({ messages: kept, count }: PendingAlarm, nodeName: string): string[] {
  const blocks = kept.map(({ from, text, at }) => opcomBlock(at, userMessage(from, nodeName, text)));
  const missing = count - kept.length;
  if (missing > 0)
    blocks.splice(-1, 0, `${missing} more about the same, the last of them at the time below:`);
  return blocks.flatMap((block, index) => (index === 0 ? [block] : ['', block]));
}

export const alarmLine = ({ messages: kept }: PendingAlarm): string => {
  const last = kept.at(-1);
  return last === undefined ? '' : `${formatTime(last.at).trimStart()} ${last.text}`;
};
