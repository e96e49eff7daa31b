/** SET TERMINAL, SHOW TERMINAL. Source: DCL Dictionary. */
import type { ParsedCommand, QualifierDefinition } from '../../../command-definition/index.ts';
import { Condition, SYSTEM } from '../../../condition/index.ts';
import { commandOutput, outputFile } from '../../../system/command-output.ts';
import { bareName } from '../../../system/device-name.ts';
import { SET } from '../../messages.ts';
import {
  deviceTypes,
  opposites,
  settableCharacteristics,
  type TerminalCharacteristics,
} from '../../terminal-characteristics.ts';
import type { CoreContext } from '../../verb.ts';
import type { CoreVerb } from '../core-verb.ts';

const ignored = { summary: 'accepted; it has no meaning here' } as const;
const ignoredValue = { ...ignored, value: {} } as const;

const kept = { summary: 'kept and shown; it changes nothing else' } as const;
/** The help library explains these. */
const effective = ['BROADCAST', 'ECHO', 'INSERT', ...Object.keys(opposites)];

const characteristicQualifiers: Readonly<Record<string, QualifierDefinition>> = Object.fromEntries(
  [...settableCharacteristics, ...Object.keys(opposites)].map((name) => [
    name,
    { ...(effective.includes(name) ? {} : kept), ...(name === 'DEC_CRT' ? { value: {} } : {}) },
  ]),
);

const typeQualifiers: Readonly<Record<string, QualifierDefinition>> = Object.fromEntries(
  deviceTypes
    .filter((type) => /^(VT|UNK)/.test(type))
    .map((type) => [type, { negatable: false, summary: `the terminal is a ${type}` }]),
);

export const setTerminalVerbs: readonly CoreVerb[] = [
  {
    name: 'SET TERMINAL',
    summary: 'Changes characteristics of the terminal: /WIDTH, /PAGE, /NOECHO, /INSERT, /NOBROADCAST, …',
    parameters: [{ label: 'DEVICE' }],
    qualifiers: {
      ...characteristicQualifiers,
      ...typeQualifiers,
      CRFILL: ignoredValue,
      DEVICE_TYPE: {
        negatable: false,
        value: { required: true, keywords: Object.fromEntries(deviceTypes.map((type) => [type, {}])) },
      },
      INQUIRE: { negatable: false, summary: 'asks the terminal for its size' },
      LFFILL: ignoredValue,
      MANUAL: ignored,
      PAGE: { negatable: false, value: { required: true, type: '$NUMBER' } },
      PARITY: ignoredValue,
      PERMANENT: ignored,
      PROTOCOL: ignoredValue,
      SPEED: ignoredValue,
      SWITCH: ignoredValue,
      WIDTH: { negatable: false, value: { required: true, type: '$NUMBER' } },
    },
    routine: (command, context) => {
      const cause = new Condition(SET.INVDEV);
      const device = command.value('DEVICE')?.replace(/:$/, '') ?? 'SYS$INPUT';
      const failure = new Condition(SET.NOTSET, [device], { secondary: [cause] });
      setTerminal(command, characteristicsOf(command, failure, context), context);
      return SYSTEM.NORMAL.value;
    },
  },
  {
    name: 'SHOW TERMINAL',
    summary: 'Shows the characteristics of the terminal.',
    parameters: [{ label: 'DEVICE' }],
    qualifiers: { OUTPUT: { value: { required: true, type: '$OUTFILE' } }, PERMANENT: ignored },
    routine: async (command, context) => {
      const { process } = context;
      const out = await commandOutput(context, outputFile(command));
      try {
        const lines = characteristicsOf(command, new Condition(SYSTEM.IVDEVNAM), context).lines(
          process.processName,
          process.account.userName,
        );
        for (const line of lines) await out.line(line);
      } finally {
        await out.close();
      }
      return SYSTEM.NORMAL.value;
    },
  },
];

/**
 * The job's own terminal is the only one. Throws NOSUCHDEV.
 * @param failure  thrown where there is none
 */
function characteristicsOf(
  command: ParsedCommand,
  failure: Condition,
  { interpreter, process }: CoreContext,
): TerminalCharacteristics {
  const { terminal } = interpreter.job;
  const given = command.value('DEVICE')?.replace(/:$/, '');
  const named = given === undefined ? undefined : process.logicalNames.translate(given);
  const own = process.terminal?.deviceName;
  const isOwn = named === undefined || (own !== undefined && bareName(named) === bareName(own));
  if (!isOwn) throw new Condition(SYSTEM.NOSUCHDEV);
  if (terminal === undefined) throw failure;
  return terminal;
}

function setTerminal(
  command: ParsedCommand,
  terminal: TerminalCharacteristics,
  { interpreter }: CoreContext,
): void {
  const width = command.value('WIDTH');
  const page = command.value('PAGE');
  const size = {
    ...(width === undefined ? {} : { columns: Number(width) }),
    ...(page === undefined ? {} : { rows: Number(page) }),
  };
  if (!terminal.resize(size)) throw new Condition(SYSTEM.BADPARAM);
  for (const name of settableCharacteristics) {
    if (command.presence(name) !== 'absent') terminal.set(levelled(name, command), command.present(name));
  }
  for (const [name, opposite] of Object.entries(opposites)) {
    if (command.presence(name) !== 'absent') terminal.set(opposite, !command.present(name));
  }
  const type = command.value('DEVICE_TYPE') ?? deviceTypes.find((each) => command.present(each));
  if (type !== undefined)
    terminal.deviceType = type.replace('SERIES', 'Series').replace('UNKNOWN', 'Unknown');
  if (command.presence('BROADCAST') !== 'absent') {
    interpreter.setBroadcast([command.present('BROADCAST') ? 'ALL' : 'NONE']);
  }
}

/** `/DEC_CRT=3` is a characteristic of its own. */
const levelled = (name: string, command: ParsedCommand): string =>
  name === 'DEC_CRT' && /^[2-5]$/.test(command.value(name) ?? '') ? `DEC_CRT${command.value(name)}` : name;
