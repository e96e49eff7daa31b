/** SHOW USERS: who is on the node. Layout: dcl.md §14; /FULL: DCL Dictionary. */
import type { ParsedCommand } from '../../../command-definition/index.ts';
import { SYSTEM } from '../../../condition/index.ts';
import type { NodeProcess } from '../../../ports/node-information.ts';
import { outputFile, writeListing } from '../../../system/command-output.ts';
import { hasWildcard, matchesNamePattern } from '../../../system/name-pattern.ts';
import { formatTime } from '../../../vms-time/index.ts';
import { everyProcess } from '../../lexical/visible-processes.ts';
import type { CoreContext } from '../../verb.ts';
import type { CoreVerb } from '../core-verb.ts';

const kinds = ['INTERACTIVE', 'SUBPROCESS', 'BATCH', 'NETWORK'] as const;
type Kind = (typeof kinds)[number];
/** Without one of them: all but NETWORK. */
const usualKinds: readonly Kind[] = ['INTERACTIVE', 'SUBPROCESS', 'BATCH'];

export const showUsersVerbs: readonly CoreVerb[] = [
  {
    name: 'SHOW USERS',
    summary: 'Shows who is logged in.',
    parameters: [{ label: 'USERNAME' }],
    qualifiers: {
      BATCH: {},
      CLUSTER: {},
      FULL: {},
      HEADING: { default: true },
      INTERACTIVE: {},
      NETWORK: {},
      NODE: { value: { list: true } },
      OUTPUT: { value: { required: true, type: '$OUTFILE' } },
      SUBPROCESS: {},
    },
    routine: async (command, context) => {
      await writeListing(context, outputFile(command), await lines(command, context));
      return SYSTEM.NORMAL.value;
    },
  },
];

async function lines(command: ParsedCommand, context: CoreContext): Promise<readonly string[]> {
  const { nodeName, clock } = context.process;
  const wanted = wantedKinds(command);
  const name = command.value('USERNAME') ?? '*';
  // A name may be shortened.
  const pattern = hasWildcard(name) ? name : `${name}*`;
  const shown = (await everyProcess(context.interpreter)).filter(
    (each) =>
      kindOf(each) !== undefined &&
      wanted.includes(kindOf(each)!) &&
      matchesNamePattern(each.userName, pattern),
  );
  const userNames = [...new Set(shown.map(({ userName }) => userName))].sort();
  const heading = command.present('HEADING')
    ? [
        `      OpenVMS User Processes at ${formatTime(clock.now())}`,
        `    Total number of users = ${userNames.length},  number of processes = ${shown.length}`,
      ]
    : [];
  if (shown.length === 0) return heading;
  const isFull = command.present('FULL');
  const columns = isFull
    ? fullColumns
    : wanted.includes('NETWORK')
      ? `${countColumns}  Network`
      : countColumns;
  return [
    ...heading,
    ...(command.present('HEADING') ? ['', columns] : []),
    ...userNames.flatMap((userName) => {
      const own = shown.filter((each) => each.userName === userName);
      // A process stands before those it has created.
      const sorted = own.toSorted(
        (one, other) => Number(kindOf(one) === 'SUBPROCESS') - Number(kindOf(other) === 'SUBPROCESS'),
      );
      return isFull ? sorted.map((each) => fullLine(each, nodeName)) : [countLine(userName, nodeName, own)];
    }),
  ];
}

function wantedKinds(command: ParsedCommand): readonly Kind[] {
  const given = kinds.filter((kind) => command.present(kind));
  return given.length > 0 ? given : usualKinds.filter((kind) => !command.negated(kind));
}

/** Undefined: of the system, nobody's. */
const kindOf = ({ ownerPid, mode }: NodeProcess): Kind | undefined =>
  ownerPid !== undefined ? 'SUBPROCESS' : mode === 'OTHER' ? undefined : mode;

const countColumns = ' Username     Node     Interactive  Subprocess   Batch';
/** Where the figures of each kind end. */
const countEnds: Readonly<Record<Kind, number>> = { INTERACTIVE: 29, SUBPROCESS: 42, BATCH: 52, NETWORK: 60 };

function countLine(userName: string, nodeName: string, own: readonly NodeProcess[]): string {
  let line = ` ${userName.padEnd(12)} ${nodeName}`;
  for (const kind of kinds) {
    const count = own.filter((each) => kindOf(each) === kind).length;
    if (count > 0) line = line.padEnd(countEnds[kind] - String(count).length) + String(count);
  }
  return line;
}

const fullColumns = ' Username     Node     Process Name    PID      Terminal';

const fullLine = (process: NodeProcess, nodeName: string): string =>
  ` ${process.userName.padEnd(12)} ${nodeName.padEnd(8)} ${process.processName.padEnd(15)} ${process.pid} ${placeOf(process)}`;

function placeOf(process: NodeProcess): string {
  const kind = kindOf(process);
  if (kind === 'SUBPROCESS') return `(subprocess of ${process.ownerPid})`;
  if (kind === 'INTERACTIVE') return process.terminal;
  return `(${kind?.toLowerCase()})`;
}
