/** What INITIALIZE/QUEUE, START/QUEUE and SET QUEUE can give a queue, and what it means. Source: queues.md §4.1, §4.2. */
import { DCL, type ParsedCommand } from '../command-definition/index.ts';
import { Condition, JBC, signal } from '../condition/index.ts';
import type { SeparationPages } from '../ports/batch.ts';
import type { Characteristic } from '../ports/queue-definitions.ts';
import type { OutputDefaults, QueueSettings } from '../ports/queue-manager.ts';
import type { VerbContext } from '../system/image.ts';
import { uicOf } from '../system/owner-uic.ts';
import { characteristicNumbers } from './characteristics.ts';
import { cpuLimitOf, workingSetOf } from './job-qualifiers.ts';
import { queueName } from './show-queue.ts';

const number = { negatable: false, value: { type: '$NUMBER', required: true } } as const;
const pages = { value: { keywords: { ONE: {}, ALL: {} } } } as const;
const classes = { value: {} } as const;

/** What SET QUEUE can change. */
export const changeQualifiers = {
  BASE_PRIORITY: { ...number, summary: 'priority of the processes of its jobs' },
  BLOCK_LIMIT: {
    value: { list: true, required: true },
    summary: 'most blocks of a job, or (least,most); "" for none',
  },
  CHARACTERISTICS: {
    value: { list: true, required: true },
    summary: 'what its jobs may ask for with /CHARACTERISTICS',
  },
  CLOSE: { negatable: false, summary: 'take no new jobs' },
  CPUDEFAULT: {
    negatable: false,
    value: { required: true },
    summary: 'processor time of jobs that name none',
  },
  CPUMAXIMUM: { negatable: false, value: { required: true }, summary: 'processor time of any job' },
  DEFAULT: {
    value: {
      list: true,
      required: true,
      keywords: {
        BURST: { ...pages, negatable: true },
        FEED: { negatable: true },
        FLAG: { ...pages, negatable: true },
        FORM: { value: { required: true } },
        PASSALL: { negatable: true },
        TRAILER: { ...pages, negatable: true },
      },
    },
    summary: 'what PRINT has without a word: BURST, FEED, FLAG, FORM=, PASSALL, TRAILER',
  },
  DESCRIPTION: { value: { type: '$QUOTED_STRING' }, summary: 'what it is for' },
  DISABLE_SWAPPING: { summary: 'kept and shown; the host swaps as it likes' },
  ENABLE_GENERIC: { summary: 'generic queues without a list may use it' },
  FORM_MOUNTED: { negatable: false, value: { required: true }, summary: 'the form that is in the printer' },
  JOB_LIMIT: { ...number, summary: 'jobs at a time' },
  OPEN: { negatable: false, summary: 'take new jobs' },
  OWNER_UIC: { negatable: false, value: { required: true }, summary: 'whose queue it is' },
  PROTECTION: {
    negatable: false,
    value: {
      list: true,
      required: true,
      keywords: { SYSTEM: classes, OWNER: classes, GROUP: classes, WORLD: classes },
    },
    summary: 'who may Read, Submit, Manage, Delete: (S:M,O:D,G:R,W:S)',
  },
  RECORD_BLOCKING: { summary: 'kept and shown' },
  RETAIN: { value: { keywords: { ALL: {}, ERROR: {} } }, summary: 'keep jobs that have ended' },
  SCHEDULE: {
    negatable: false,
    value: { required: true, keywords: { SIZE: { negatable: true } } },
    summary: 'SIZE or NOSIZE: the shorter job first',
  },
  SEPARATE: {
    value: {
      list: true,
      required: true,
      keywords: {
        BURST: { negatable: true },
        FLAG: { negatable: true },
        RESET: { negatable: true, value: { list: true, required: true } },
        TRAILER: { negatable: true },
      },
    },
    summary: 'pages around each job: BURST, FLAG, TRAILER, RESET=(module)',
  },
  WSDEFAULT: { ...number, summary: 'kept and shown; the host pages as it likes' },
  WSEXTENT: { ...number, summary: 'kept and shown' },
  WSQUOTA: { ...number, summary: 'kept and shown' },
} as const;

/** What INITIALIZE/QUEUE and START/QUEUE can say beside. */
export const definitionQualifiers = {
  ...changeQualifiers,
  AUTOSTART_ON: {
    negatable: false,
    value: { list: true, required: true },
    summary: 'an autostart queue, and where it may run',
  },
  GENERIC: {
    value: { list: true },
    summary: 'it passes its jobs on to these queues, or to all that are enabled for it',
  },
  LIBRARY: { negatable: false, value: { required: true }, summary: 'device control library; kept and shown' },
  NAME_OF_MANAGER: { negatable: false, value: { required: true }, summary: 'SYS$QUEUE_MANAGER' },
  ON: { negatable: false, value: { required: true }, summary: 'this node, and the device: node::device' },
  PROCESSOR: { negatable: false, value: { required: true }, summary: 'its symbiont; default PRTSMB' },
  RAD: { ...number, summary: 'accepted; there is one' },
} as const;

export const changeDisallow = ['CLOSE AND OPEN'] as const;
export const definitionDisallow = [...changeDisallow, 'ON AND AUTOSTART_ON', 'ON AND GENERIC'] as const;

const LARGEST_LIMIT = 65_535;
const LARGEST_PRIORITY = 15;
const LONGEST_DESCRIPTION = 255;

type Settings = { -readonly [Field in keyof QueueSettings]?: QueueSettings[Field] };

/** Throws IVVALU, INVUIC, JBC NOSUCHCHAR, NOSUCHNODE, NOSUCHQMGR. */
export async function queueSettings(
  command: ParsedCommand,
  context: VerbContext,
  characteristics: readonly Characteristic[],
): Promise<QueueSettings> {
  const settings: Settings = { ...limitsOf(command), ...placeOf(command, context) };
  if (command.present('RETAIN')) settings.retain = command.present('RETAIN.ERROR') ? 'error' : 'all';
  if (command.negated('RETAIN')) settings.retain = 'none';
  if (command.present('DESCRIPTION')) settings.description = description(command);
  if (command.negated('DESCRIPTION')) settings.description = '';
  if (command.present('CLOSE')) settings.closed = true;
  if (command.present('OPEN')) settings.closed = false;
  const flag = (label: string, set: (is: boolean) => void): void => {
    if (command.present(label)) set(true);
    else if (command.negated(label)) set(false);
  };
  flag('DISABLE_SWAPPING', (is) => {
    settings.disableSwapping = is;
  });
  flag('ENABLE_GENERIC', (is) => {
    settings.enableGeneric = is;
  });
  flag('RECORD_BLOCKING', (is) => {
    settings.recordBlocking = is;
  });
  flag('SCHEDULE.SIZE', (is) => {
    settings.bySize = is;
  });
  flag('CHARACTERISTICS', (is) => {
    settings.characteristics = is
      ? characteristicNumbers(command.values('CHARACTERISTICS'), characteristics)
      : undefined;
  });
  if (command.present('FORM_MOUNTED')) settings.formMounted = command.value('FORM_MOUNTED')!.toUpperCase();
  if (command.present('DEFAULT') || command.negated('DEFAULT')) settings.defaults = defaultsOf(command);
  if (command.present('SEPARATE') || command.negated('SEPARATE')) settings.separate = separateOf(command);
  if (command.present('OWNER_UIC')) {
    const text = command.value('OWNER_UIC')!;
    settings.ownerUic = await uicOf(text, context.process);
    settings.owner = text.replace(/^\[(.*)\]$/, '$1').toUpperCase();
  }
  if (command.present('PROTECTION')) settings.protection = protectionOf(command);
  return settings;
}

function limitsOf(command: ParsedCommand): Settings {
  const settings: Settings = {};
  if (command.present('JOB_LIMIT')) settings.jobLimit = numberOf(command, 'JOB_LIMIT', 1, LARGEST_LIMIT);
  if (command.present('BASE_PRIORITY'))
    settings.basePriority = numberOf(command, 'BASE_PRIORITY', 0, LARGEST_PRIORITY);
  if (command.present('CPUDEFAULT')) settings.cpuDefaultMs = cpuLimitOf(command.value('CPUDEFAULT')!);
  if (command.present('CPUMAXIMUM')) settings.cpuMaximumMs = cpuLimitOf(command.value('CPUMAXIMUM')!);
  const workingSet = workingSetOf(command);
  if (Object.keys(workingSet).length > 0) settings.workingSet = workingSet;
  if (command.negated('BLOCK_LIMIT')) {
    settings.blocksAtLeast = undefined;
    settings.blocksAtMost = undefined;
  }
  if (command.present('BLOCK_LIMIT')) {
    const given = command.values('BLOCK_LIMIT');
    if (given.length > 2) throw new Condition(DCL.IVVALU, [], { token: given.at(-1)! });
    const [least, most] = given.length === 1 ? [undefined, given[0]] : given;
    settings.blocksAtLeast = blocks(least);
    settings.blocksAtMost = blocks(most);
    if ((settings.blocksAtLeast ?? 0) > (settings.blocksAtMost ?? Number.POSITIVE_INFINITY))
      throw new Condition(DCL.IVVALU, [], { token: most! });
  }
  return settings;
}

/** `""` is no limit. */
function blocks(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (!/^\d+$/.test(text)) throw new Condition(DCL.IVVALU, [], { token: text });
  return Number(text);
}

/** Where it runs: this node is all there is. */
function placeOf(command: ParsedCommand, context: VerbContext): Settings {
  const settings: Settings = {};
  const manager = command.value('NAME_OF_MANAGER');
  if (manager !== undefined && manager.toUpperCase() !== 'SYS$QUEUE_MANAGER') signal(JBC.NOSUCHQMGR);
  const places = command.present('AUTOSTART_ON') ? command.values('AUTOSTART_ON') : [command.value('ON')];
  for (const place of places) {
    if (place === undefined) continue;
    const [, node, device] = /^(?:([A-Z0-9_]+)::)?_?([A-Z0-9$_]*):?$/i.exec(place) ?? signal(JBC.ILLDEVNAM);
    if (node !== undefined && node.toUpperCase() !== context.process.nodeName) signal(JBC.NOSUCHNODE);
    if (device !== '') settings.device ??= device!.toUpperCase();
  }
  if (command.present('AUTOSTART_ON'))
    settings.autostartOn = command.values('AUTOSTART_ON').map((each) => each.toUpperCase());
  if (command.present('ON')) settings.autostartOn = undefined;
  if (command.present('PROCESSOR')) settings.processor = command.value('PROCESSOR')!.toUpperCase();
  if (command.present('LIBRARY')) settings.library = command.value('LIBRARY')!.toUpperCase();
  const targets = command.values('GENERIC');
  if (command.present('GENERIC') && targets.length > 0)
    settings.targets = targets.map((each) => queueName(each, context));
  return settings;
}

/** `/NODEFAULT` takes everything away. */
function defaultsOf(command: ParsedCommand): OutputDefaults {
  if (command.negated('DEFAULT'))
    return { form: undefined, feed: undefined, passAll: undefined, ...allPages(undefined) };
  const is = (keyword: string): boolean | undefined =>
    command.present(`DEFAULT.${keyword}`) ? true : command.negated(`DEFAULT.${keyword}`) ? false : undefined;
  const given = {
    form: command.value('DEFAULT.FORM')?.toUpperCase(),
    feed: is('FEED'),
    passAll: is('PASSALL'),
    burst: separation(command, 'DEFAULT.BURST'),
    flag: separation(command, 'DEFAULT.FLAG'),
    trailer: separation(command, 'DEFAULT.TRAILER'),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

const allPages = (pages: undefined) => ({ burst: pages, flag: pages, trailer: pages });

/** ALL without a value. */
export function separation(
  command: Pick<ParsedCommand, 'present' | 'negated' | 'value'>,
  label: string,
): SeparationPages | undefined {
  if (command.negated(label)) return 'none';
  if (!command.present(label)) return undefined;
  return command.value(label)?.toUpperCase() === 'ONE' ? 'one' : 'all';
}

function separateOf(command: ParsedCommand): NonNullable<QueueSettings['separate']> {
  if (command.negated('SEPARATE')) return { burst: false, flag: false, trailer: false, reset: [] };
  const is = (keyword: string): boolean | undefined =>
    command.present(`SEPARATE.${keyword}`)
      ? true
      : command.negated(`SEPARATE.${keyword}`)
        ? false
        : undefined;
  const reset = is('RESET');
  const given = {
    burst: is('BURST'),
    flag: is('FLAG'),
    trailer: is('TRAILER'),
    reset: reset === undefined ? undefined : reset ? command.values('SEPARATE.RESET') : [],
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function description(command: ParsedCommand): string {
  const text = command.value('DESCRIPTION') ?? '';
  if (text.length > LONGEST_DESCRIPTION) throw new Condition(DCL.IVVALU, [], { token: text });
  return text;
}

/**
 * `(S:M,O:D,G:R,W:S)`; a class without letters has nothing.
 * @param before  what a class has that is not named
 */
export function protectionOf(command: ParsedCommand, before = '(S:M,O:D,G:R,W:S)'): string {
  const words = ['SYSTEM', 'OWNER', 'GROUP', 'WORLD'].map((word) => {
    const label = `PROTECTION.${word}`;
    const usual = new RegExp(`\\b${word[0]}:([RSDM]*)`).exec(before)?.[1] ?? '';
    const given = command.present(label) ? (command.value(label) ?? '').toUpperCase() : usual;
    if (!/^[RSMDEW]*$/.test(given)) throw new Condition(DCL.IVVALU, [], { token: given });
    // As procedures of the 1980s say it: execute is to manage, and write to submit. queues.md §4.1, §14
    const now = given.replace('E', 'M').replace('W', 'S');
    return `${word[0]}${now === '' ? '' : `:${now}`}`;
  });
  return `(${words.join(',')})`;
}

function numberOf(command: ParsedCommand, label: string, least: number, most: number): number {
  const text = command.value(label)!;
  const value = Number(text);
  if (value < least || value > most) throw new Condition(DCL.IVVALU, [], { token: text });
  return value;
}
