/** What ACCOUNTING prints of the accounting file. Source: System Management Utilities, ACCOUNTING; layouts from memory. */
import type { ParsedCommand } from '../../command-definition/index.ts';
import { Condition, condition, SYSTEM } from '../../condition/index.ts';
import { safeText } from '../../mime/safe-text.ts';
import type { AccountingRecord } from '../../ports/accounting.ts';
import { commandOutput } from '../../system/command-output.ts';
import type { VerbContext } from '../../system/image.ts';
import { resolveFile } from '../../system/resolve-file.ts';
import { formatTime, parseVmsTime } from '../../vms-time/index.ts';
import { ACC } from './messages.ts';

const ACCOUNTING_FILE = 'SYS$MANAGER:ACCOUNTNG.DAT';

export async function showAccounting(command: ParsedCommand, context: VerbContext): Promise<number> {
  const specification = command.value('FILESPEC') ?? ACCOUNTING_FILE;
  const isWanted = selection(command, context);
  const reader = await openInput(context, specification);
  const isFull = command.present('FULL');
  const out = await commandOutput(context, command.value('OUTPUT'));
  try {
    if (!isFull) for (const line of heading) await out.line(line);
    let number = 0;
    for (let text = await reader.read(); text !== undefined; text = await reader.read()) {
      number += 1;
      if (context.signal.aborted) break;
      const record = recordIn(text);
      if (record === undefined) await out.line(condition(ACC.BADREC, number, specification).message);
      else if (isWanted(record))
        for (const line of isFull ? fullLines(record) : [briefLine(record)]) await out.line(line);
    }
  } finally {
    await reader.close();
    await out.close();
  }
  return SYSTEM.NORMAL.value;
}

async function openInput({ process }: VerbContext, specification: string) {
  try {
    return await process.files.openRead(await resolveFile(process, specification, ACCOUNTING_FILE));
  } catch (error) {
    if (error instanceof Condition) throw new Condition(ACC.INPUT, [specification], { secondary: [error] });
    throw error;
  }
}

/** /TYPE, /USER, /SINCE, /BEFORE. */
function selection(command: ParsedCommand, { process }: VerbContext): (record: AccountingRecord) => boolean {
  const now = process.clock.now();
  const instant = (label: string): number | undefined => {
    const text = command.value(label);
    return text === undefined ? undefined : parseVmsTime(text, now);
  };
  const [since, before] = [instant('SINCE'), instant('BEFORE')];
  const types = command.values('TYPE');
  const users = command.values('USER').map((each) => each.toUpperCase());
  return ({ at, type, userName }) =>
    (since === undefined || at >= since) &&
    (before === undefined || at < before) &&
    (types.length === 0 || types.includes(type)) &&
    (users.length === 0 || users.includes(userName));
}

/** Undefined for a line that something else has written. */
function recordIn(text: string): AccountingRecord | undefined {
  try {
    const record = JSON.parse(text) as Partial<AccountingRecord> | null;
    const { at, type, userName, pid, remoteNode, message } = record ?? {};
    return type === 'USER' &&
      typeof at === 'number' &&
      [userName, pid, remoteNode, message].every((each) => typeof each === 'string')
      ? (record as AccountingRecord)
      : undefined;
  } catch {
    return undefined;
  }
}

const heading: readonly string[] = [
  '    Date / Time      Type    Subtype      Username     ID       Source     Status',
  '-'.repeat(83),
];

const briefLine = ({ at, type, userName, pid, remoteNode }: AccountingRecord): string =>
  [
    formatTime(at).slice(0, 20),
    type.padEnd(7),
    ''.padEnd(12),
    safeText(userName).padEnd(12),
    safeText(pid).padEnd(8),
    safeText(remoteNode).padEnd(10),
    '00000001',
  ].join(' ');

const fullLines = ({ at, userName, pid, remoteNode, message }: AccountingRecord): readonly string[] => [
  '',
  'USER Message',
  '------------',
  `Username:          ${safeText(userName).padEnd(18)}Finish time:       ${formatTime(at)}`,
  `Process ID:        ${safeText(pid).padEnd(18)}Remote node name:  ${safeText(remoteNode)}`,
  '',
  `User data:         ${safeText(message)}`,
];
