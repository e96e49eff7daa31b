/** SPAWN and ATTACH. Source: dcl.md §15. */
import { DCL, type ParsedCommand } from '../../command-definition/index.ts';
import { Condition } from '../../condition/index.ts';
import type { AttachTarget } from '../../ports/subprocesses.ts';
import { attach, spawn } from '../spawning.ts';
import type { CoreContext } from '../verb.ts';
import { type CoreVerb, NORMAL } from './core-verb.ts';

const negatable = { default: true } as const;
const text = { negatable: false, value: { required: true } } as const;
const file = { negatable: false, value: { required: true, type: '$FILE' } } as const;

export const subprocessVerbs: readonly CoreVerb[] = [
  {
    name: 'SPAWN',
    summary: 'Creates a subprocess: for one command, or with a prompt of its own.',
    parameters: [{ label: 'COMMAND', value: { type: '$REST_OF_LINE' } }],
    qualifiers: {
      CARRIAGE_CONTROL: {},
      CLI: text,
      INPUT: file,
      KEYPAD: negatable,
      LOG: negatable,
      LOGICAL_NAMES: negatable,
      NOTIFY: {},
      OUTPUT: file,
      PROCESS: text,
      PROMPT: { negatable: false, value: { default: '$ ', verbatim: true } },
      SYMBOLS: negatable,
      TABLE: text,
      TRUSTED: {},
      WAIT: negatable,
    },
    routine: spawnVerb,
  },
  {
    name: 'ATTACH',
    summary: 'Gives the terminal to another process of the job.',
    parameters: [{ label: 'PROCESS_NAME' }],
    qualifiers: { IDENTIFICATION: text, PARENT: { negatable: false } },
    routine: async (command, { interpreter }) => {
      await attach(attachTarget(command), interpreter, true);
      return NORMAL;
    },
  },
];

function attachTarget(command: ParsedCommand): AttachTarget {
  if (command.present('PARENT')) return { kind: 'parent' };
  const pid = command.value('IDENTIFICATION')?.padStart(8, '0');
  const name = pid ?? command.value('PROCESS_NAME');
  if (name === undefined) throw new Condition(DCL.INSFPRM);
  return { kind: 'process', name };
}

async function spawnVerb(command: ParsedCommand, context: CoreContext): Promise<number> {
  const { process } = context;
  if (process.account.flags.includes('CAPTIVE') && !command.present('TRUSTED')) {
    throw new Condition(DCL.CAPTSPAWN);
  }
  const waits = !command.negated('WAIT');
  const notifies = command.present('NOTIFY');
  if (notifies && (waits || process.mode === 'BATCH')) throw new Condition(DCL.NOTIFY);
  return spawn(
    {
      command: command.value('COMMAND'),
      input: command.value('INPUT'),
      output: command.value('OUTPUT'),
      processName: command.value('PROCESS'),
      prompt: command.present('PROMPT') ? unquoted(command.value('PROMPT') ?? '$ ') : undefined,
      inheritsSymbols: !command.negated('SYMBOLS'),
      inheritsLogicalNames: !command.negated('LOGICAL_NAMES'),
      inheritsKeys: !command.negated('KEYPAD'),
      isTold: !command.negated('LOG'),
      waits,
      notifies,
      showsFailure: true,
    },
    context,
  );
}

const unquoted = (value: string): string => value.replace(/^"(.*)"$/s, '$1').replaceAll('""', '"');
