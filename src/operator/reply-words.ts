/** What the forms of REPLY and REQUEST have in common. Source: queues.md §15. */
import { DCL, type ParsedCommand } from '../command-definition/index.ts';
import { Condition, SYSTEM, signal } from '../condition/index.ts';
import { type OperatorClass, operatorClasses } from '../ports/operator-communication.ts';
import { physicalName } from '../system/device-name.ts';
import type { VerbContext } from '../system/image.ts';
import type { OperatorDeps } from './deps.ts';
import { OPCOM } from './messages.ts';

/** Value of a qualifier: one class, or a list of them. */
export const classList = {
  list: true,
  keywords: Object.fromEntries(operatorClasses.map((each) => [each, {}])),
} as const;

export function requireOper({ process }: VerbContext): void {
  if (!process.privileges.has('OPER')) signal(SYSTEM.NOPRIV);
}

/** OPCOM runs in the queue manager's process. */
export async function requireNode({ queueManager }: OperatorDeps): Promise<void> {
  await queueManager().catch(() => signal(OPCOM.NOOPCOM));
}

/** The classes named by a qualifier; undefined where it names none. */
export function chosen(command: ParsedCommand, qualifier: string): readonly OperatorClass[] | undefined {
  const values = command.values(qualifier);
  return values.length === 0 ? undefined : operatorClasses.filter((each) => values.includes(each));
}

/** Throws DCL TKNOVF for one that is too long; '' where none is given. */
export function checkedText(command: ParsedCommand, longest: number): string {
  const text = command.value('MESSAGE') ?? '';
  if (text.length > longest) throw new Condition(DCL.TKNOVF);
  return text;
}

/** `_FTA12:`; without a terminal the process is meant: `BATCH_12`. */
export function placeOf({ process }: VerbContext): string {
  return process.terminal === undefined ? process.processName : physicalName(process.terminal.deviceName);
}
