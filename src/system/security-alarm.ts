/**
 * Alarms of the security operators, as OPERATOR.LOG shows them. Layout of the Guide to System Security, from memory.
 * Deviation: the password that was tried is not shown, which the product does for break-ins.
 */
import type { MessageDefinition } from '../condition/index.ts';
import type { AccessMode } from '../ports/system-store.ts';
import { formatTime } from '../vms-time/index.ts';
import { physicalName } from './device-name.ts';
import type { LoginSource } from './intrusion.ts';

export type LoginEvent = 'failure' | 'breakin';

export interface LoginAlarm {
  readonly event: LoginEvent;
  readonly at: number;
  readonly nodeName: string;
  readonly processName: string;
  readonly pid: string;
  readonly userName: string;
  readonly mode?: AccessMode;
  readonly source: LoginSource;
  readonly status: MessageDefinition;
}

/** Text of an operator message: lines separated by `\n`. */
export function securityAlarm(alarm: LoginAlarm): string {
  const { source, status } = alarm;
  const what = alarm.event === 'breakin' ? 'breakin detection' : 'login failure';
  const fields: readonly (readonly [string, string])[] = [
    ['Auditable event', `${kinds[alarm.mode ?? 'LOCAL']} ${what}`],
    ['Event time', formatTime(alarm.at)],
    ['PID', alarm.pid],
    ['Process name', alarm.processName],
    ['Username', alarm.userName],
    ...(source.kind === 'terminal' ? [['Terminal name', physicalName(source.terminal)] as const] : []),
    ...(source.kind === 'network' ? [['Remote node fullname', source.address] as const] : []),
    ['Status', `%${status.facility}-${status.severity}-${status.ident}, ${status.text}`],
  ];
  return [
    `Security alarm (SECURITY) on ${alarm.nodeName}, system id: 0`,
    ...fields.map(([label, value]) => `${`${label}:`.padEnd(VALUE_COLUMN)}${value}`),
  ].join('\n');
}

const VALUE_COLUMN = 26;

const kinds: Readonly<Record<AccessMode, string>> = {
  NETWORK: 'Network',
  BATCH: 'Batch process',
  LOCAL: 'Local interactive',
  DIALUP: 'Dialup interactive',
  REMOTE: 'Remote interactive',
};
