/** Qualifiers of a job that SUBMIT, PRINT and SET ENTRY share, and what they make of it. Source: queues.md §6, §7, §9. */
import { DCL, type ParsedCommand } from '../command-definition/index.ts';
import { Condition } from '../condition/index.ts';
import type { BatchJob } from '../ports/batch.ts';
import type { Characteristic } from '../ports/queue-definitions.ts';
import type { QueueManager } from '../ports/queue-manager.ts';
import type { VerbContext } from '../system/image.ts';
import { resolveFileForCreate } from '../system/resolve-file.ts';
import { parseDelta, parseVmsTime } from '../vms-time/index.ts';
import { characteristicNumbers } from './characteristics.ts';
import { queueName } from './show-queue.ts';

/** Of batch and print jobs. */
export const commonQualifiers = {
  CHARACTERISTICS: {
    value: { list: true, required: true },
    summary: 'only in a queue that has all of these',
  },
  NAME: { negatable: false, value: { required: true } },
  NOTE: { negatable: false, value: { required: true, type: '$QUOTED_STRING' } },
  NOTIFY: { summary: 'tell the terminals of the user when the job ends' },
  PARAMETERS: { value: { list: true, required: true }, summary: 'P1 to P8 of the procedure' },
  PRIORITY: { negatable: false, value: { type: '$NUMBER', required: true } },
  RESTART: { summary: 'begin again after a crash or a requeue' },
  RETAIN: {
    value: {
      keywords: {
        ALWAYS: {},
        DEFAULT: {},
        ERROR: {},
        UNTIL: { value: { type: '$DATETIME', required: true } },
      },
    },
    summary: 'keep the job when it has ended',
  },
} as const;

export const jobQualifiers = {
  ...commonQualifiers,
  KEEP: { summary: 'keep the log, even when it is printed' },
  LOG_FILE: { value: { type: '$OUTFILE' }, summary: 'where the log goes; default SYS$LOGIN:name.LOG' },
  PRINTER: { value: { type: '$QUEUE', default: 'SYS$PRINT' } },
  CPUTIME: { negatable: false, value: { required: true }, summary: 'processor time it may use' },
  // Kept and shown; DCL is the only CLI, and the host pages as it likes. docs/deviations.md
  CLI: { negatable: false, value: { required: true } },
  WSDEFAULT: { negatable: false, value: { type: '$NUMBER', required: true } },
  WSEXTENT: { negatable: false, value: { type: '$NUMBER', required: true } },
  WSQUOTA: { negatable: false, value: { type: '$NUMBER', required: true } },
} as const;

const PARAMETERS_AT_MOST = 8;
const LARGEST_PRIORITY = 255;
const LONGEST_NAME = 39;

type Changes = { -readonly [Field in keyof BatchJob]?: BatchJob[Field] };

/** The fields that are given. @param jobName  of the default log. @param known  characteristics there are */
export function givenFields(
  command: ParsedCommand,
  context: VerbContext,
  jobName: string,
  known: readonly Characteristic[],
): Changes {
  const fields: Changes = commonFields(command, context, known);
  const flag = (label: string, set: (is: boolean) => void): void => {
    if (command.present(label)) set(true);
    else if (command.negated(label)) set(false);
  };
  flag('KEEP', (is) => {
    fields.keep = is;
  });
  flag('PRINTER', (is) => {
    fields.printQueue = is ? queueName(command.value('PRINTER') ?? 'SYS$PRINT', context) : '';
  });
  flag('LOG_FILE', (is) => {
    fields.logSpecification = is ? logFile(command.value('LOG_FILE'), jobName, context) : '';
  });
  if (command.present('CPUTIME')) fields.cpuLimitMs = cpuLimitOf(command.value('CPUTIME')!);
  if (command.present('CLI')) fields.cli = command.value('CLI')!.toUpperCase();
  const workingSet = workingSetOf(command);
  if (Object.keys(workingSet).length > 0) fields.workingSet = workingSet;
  return fields;
}

/** Those of batch and print jobs. */
export function commonFields(
  command: ParsedCommand,
  context: VerbContext,
  known: readonly Characteristic[],
): Changes {
  const fields: Changes = {};
  const flag = (label: string, set: (is: boolean) => void): void => {
    if (command.present(label)) set(true);
    else if (command.negated(label)) set(false);
  };
  flag('NOTIFY', (is) => {
    fields.notify = is;
  });
  flag('RESTART', (is) => {
    fields.restart = is;
  });
  flag('PARAMETERS', (is) => {
    fields.parameters = is ? parameters(command) : [];
  });
  flag('RETAIN', (is) => {
    fields.retain = !is || command.present('RETAIN.DEFAULT') ? 'default' : retention(command);
    if (fields.retain === 'until')
      fields.retainUntil = parseVmsTime(command.value('RETAIN.UNTIL')!, context.process.clock.now());
  });
  flag('CHARACTERISTICS', (is) => {
    fields.characteristics = is ? characteristicNumbers(command.values('CHARACTERISTICS'), known) : undefined;
  });
  if (command.present('NOTE')) fields.note = command.value('NOTE')!;
  return fields;
}

/** Asked for only where a command names some. */
export const characteristicsFor = async (
  command: ParsedCommand,
  queueManager: () => Promise<Pick<QueueManager, 'definitions'>>,
): Promise<readonly Characteristic[]> =>
  command.present('CHARACTERISTICS') ? (await (await queueManager()).definitions()).characteristics : [];

const retention = (command: ParsedCommand): BatchJob['retain'] =>
  command.present('RETAIN.ERROR') ? 'error' : command.present('RETAIN.UNTIL') ? 'until' : 'always';

/** A delta time, INFINITE, or NONE: as the queue has it. Throws IVDTIME. */
export function cpuLimitOf(text: string): number | undefined {
  const word = text.trim().toUpperCase();
  if (word === 'NONE') return undefined;
  return word !== '' && 'INFINITE'.startsWith(word) ? 0 : parseDelta(text);
}

const PAGES_AT_MOST = 65_535;

export function workingSetOf(command: ParsedCommand): NonNullable<BatchJob['workingSet']> {
  const pages = (label: string): number | undefined => {
    const text = command.value(label);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (number < 1 || number > PAGES_AT_MOST) throw new Condition(DCL.IVVALU, [], { token: text });
    return number;
  };
  const all = { default: pages('WSDEFAULT'), extent: pages('WSEXTENT'), quota: pages('WSQUOTA') };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function parameters(command: ParsedCommand): readonly string[] {
  const values = command.values('PARAMETERS');
  if (values.length > PARAMETERS_AT_MOST) throw new Condition(DCL.MAXPARM, [], { token: values.at(-1)! });
  return values;
}

/** Found by the job, in the login directory of its user. */
export const defaultLog = (jobName: string): string => `SYS$LOGIN:${jobName}.LOG`;

/** Names in one that is given count as they are where the job is submitted. A job may have a name that no file can have. */
function logFile(given: string | undefined, jobName: string, { process }: VerbContext): string {
  if (given === undefined) return defaultLog(jobName);
  return resolveFileForCreate(process, given, defaultLog(/[^A-Z0-9$_.-]/.test(jobName) ? '' : jobName));
}

export function priorityOf(command: ParsedCommand): number | undefined {
  const text = command.value('PRIORITY');
  if (text === undefined) return undefined;
  const priority = Number(text);
  if (priority < 0 || priority > LARGEST_PRIORITY) throw new Condition(DCL.IVVALU, [], { token: text });
  return priority;
}

export function jobNameOf(command: ParsedCommand): string | undefined {
  const name = command.value('NAME')?.toUpperCase();
  if (name !== undefined && name.length > LONGEST_NAME) throw new Condition(DCL.IVVALU, [], { token: name });
  return name;
}
