/** SET and SHOW of the session's own state. Source: dcl.md §7, §9.5, §14. */
import { DCL } from '../../command-definition/index.ts';
import { Condition, SYSTEM } from '../../condition/index.ts';
import { fao } from '../../fao/fao.ts';
import { FaoSyntaxError } from '../../fao/fao-syntax-error.ts';
import { privilegeNames } from '../../system/privileges.ts';
import { formatDelta, formatTime } from '../../vms-time/index.ts';
import { mayHave } from '../lexical/process.ts';
import { directoryOf } from '../specification.ts';
import type { CoreContext } from '../verb.ts';
import { type CoreVerb, NORMAL } from './core-verb.ts';

const LONGEST_PROMPT = 32;
const LONGEST_PREFIX = 64;

export const settingVerbs: readonly CoreVerb[] = [
  {
    name: 'SET VERIFY',
    summary: 'Shows the lines of procedures as they are executed.',
    qualifiers: {},
    value: {
      list: true,
      keywords: { PROCEDURE: { negatable: true }, IMAGE: { negatable: true } },
    },
    routine: (command, { interpreter }) => {
      const words = command.values('VERIFY');
      const { verify } = interpreter;
      if (words.length === 0) verify.procedure = verify.image = true;
      if (words.includes('PROCEDURE')) verify.procedure = true;
      if (words.includes('NOPROCEDURE')) verify.procedure = false;
      if (words.includes('IMAGE')) verify.image = true;
      if (words.includes('NOIMAGE')) verify.image = false;
      return NORMAL;
    },
  },
  {
    name: 'SET NOVERIFY',
    summary: 'Shows no lines of procedures.',
    routine: (_command, { interpreter }) => {
      interpreter.verify.procedure = interpreter.verify.image = false;
      return NORMAL;
    },
  },
  {
    name: 'SET PREFIX',
    summary:
      'Puts a text in front of the lines SET VERIFY shows: a control string of F$FAO, the time its argument.',
    parameters: [{ label: 'STRING', prompt: 'String', required: true }],
    routine: (command, { interpreter }) => {
      const text = command.value('STRING') ?? '';
      if (!isControlString(text)) throw new Condition(DCL.INVPREFIX);
      interpreter.verifyPrefix = text;
      return NORMAL;
    },
  },
  {
    name: 'SET NOPREFIX',
    summary: 'Puts nothing in front of the lines SET VERIFY shows.',
    routine: (_command, { interpreter }) => {
      interpreter.verifyPrefix = '';
      return NORMAL;
    },
  },
  {
    name: 'SET ON',
    summary: 'Checks the status of commands in this procedure.',
    routine: (_command, { level }) => {
      level.isChecking = true;
      return NORMAL;
    },
  },
  {
    name: 'SET NOON',
    summary: 'Does not check the status of commands in this procedure.',
    routine: (_command, { level }) => {
      level.isChecking = false;
      return NORMAL;
    },
  },
  {
    name: 'SET CONTROL',
    summary: 'Lets Ctrl/Y and Ctrl/T work.',
    value: { list: true, keywords: { T: {}, Y: {} } },
    routine: (command, { interpreter }) => {
      interpreter.control = withKeys(interpreter.control, command.values('CONTROL'), true);
      return NORMAL;
    },
  },
  {
    name: 'SET NOCONTROL',
    summary: 'Makes Ctrl/Y and Ctrl/T do nothing.',
    value: { list: true, keywords: { T: {}, Y: {} } },
    routine: (command, { interpreter }) => {
      interpreter.control = withKeys(interpreter.control, command.values('NOCONTROL'), false);
      return NORMAL;
    },
  },
  {
    name: 'SET DEFAULT',
    summary: 'Changes the default device and directory.',
    parameters: [{ label: 'DIRECTORY', prompt: 'Default', required: true, value: { type: '$FILE' } }],
    routine: (command, { process }) => {
      process.defaultDirectory = directoryOf(command.value('DIRECTORY') ?? '', process);
      return NORMAL;
    },
  },
  {
    name: 'SHOW DEFAULT',
    summary: 'Shows the default device and directory.',
    routine: async (_command, { process, output, interpreter }) => {
      await output.writeLine(`  ${process.defaultDirectory}`);
      if (!(await process.files.directoryExists(process.defaultDirectory))) {
        await interpreter.display(
          new Condition({ ...DCL.INVDEF, text: '!AS does not exist' }, [process.defaultDirectory]),
        );
      }
      return NORMAL;
    },
  },
  {
    name: 'SHOW TIME',
    summary: 'Shows date and time.',
    synonyms: ['SHOW DAYTIME'],
    routine: async (_command, { process, output }) => {
      await output.writeLine(`  ${formatTime(process.clock.now()).slice(0, 20)}`);
      return NORMAL;
    },
  },
  {
    name: 'SET PROMPT',
    summary: 'Changes the prompt; without a value it is the dollar sign again.',
    value: { verbatim: true },
    parameters: [{ label: 'STRING' }],
    routine: (command, { interpreter }) => {
      const text = command.value('PROMPT') ?? command.value('STRING');
      const plain = text?.replace(/^"(.*)"$/s, '$1').replaceAll('""', '"');
      interpreter.prompt = plain === undefined ? '$ ' : plain.slice(0, LONGEST_PROMPT);
      return NORMAL;
    },
  },
  {
    name: 'SET MESSAGE',
    summary: 'Says which parts of messages are shown.',
    parameters: [{ label: 'FILE', value: { type: '$FILE' } }],
    qualifiers: { FACILITY: {}, SEVERITY: {}, IDENTIFICATION: {}, TEXT: {} },
    routine: (command, { interpreter }) => {
      const part = (name: string, old: boolean): boolean =>
        command.present(name) ? true : command.negated(name) ? false : old;
      const old = interpreter.messageParts;
      interpreter.messageParts = {
        facility: part('FACILITY', old.facility),
        severity: part('SEVERITY', old.severity),
        identification: part('IDENTIFICATION', old.identification),
        text: part('TEXT', old.text),
      };
      return NORMAL;
    },
  },
  {
    name: 'SHOW STATUS',
    summary: 'Shows what the process has used.',
    routine: async (_command, { process, output, interpreter }) => {
      const now = process.clock.now();
      const elapsed = formatDelta(Math.max(0, now - process.startedAt));
      await output.writeLine(`  Status on ${formatTime(now)}     Elapsed CPU :${elapsed}`);
      await output.writeLine(
        `  Buff. I/O :        0    Cur. ws. :        0    Open files :${String(interpreter.files.size).padStart(9)}`,
      );
      await output.writeLine('  Dir. I/O  :        0    Phys. Mem. :       0    Page Faults :        0');
      return undefined;
    },
  },
  {
    name: 'SHOW PROCESS',
    summary: 'Shows the process: user, name, default directory, privileges.',
    qualifiers: { PRIVILEGES: { negatable: false }, ALL: { negatable: false } },
    routine: async (command, context) => {
      for (const line of processLines(context)) await context.output.writeLine(line);
      if (!command.present('PRIVILEGES') && !command.present('ALL')) return SYSTEM.NORMAL.value;
      for (const line of privilegeLines(context)) await context.output.writeLine(line);
      return SYSTEM.NORMAL.value;
    },
  },
  {
    name: 'SET PROCESS',
    summary: 'Changes name and privileges of the process.',
    qualifiers: {
      NAME: { negatable: false, value: { required: true } },
      PRIVILEGES: { negatable: false, value: { required: true, list: true } },
      PARSE_STYLE: {
        negatable: false,
        value: { required: true, keywords: { TRADITIONAL: {}, EXTENDED: {} } },
      },
    },
    routine: (command, context) => {
      const name = command.value('NAME');
      if (name !== undefined) context.process.processName = name.slice(0, 15);
      const notAll = setPrivileges(command.values('PRIVILEGES'), context);
      return notAll ? notAllPrivileges(context) : SYSTEM.NORMAL.value | 0x1000_0000;
    },
  },
  {
    name: 'SET BROADCAST',
    summary: 'Says which broadcasts come to the terminal: MAIL, QUEUE, SHUTDOWN, GENERAL, OPCOM.',
    value: {
      required: true,
      list: true,
      keywords: Object.fromEntries(
        ['ALL', 'NONE', 'MAIL', 'QUEUE', 'SHUTDOWN', 'GENERAL', 'OPCOM'].map((each) => [
          each,
          { negatable: true },
        ]),
      ),
    },
    routine: (command, { interpreter }) => {
      interpreter.setBroadcast(command.values('BROADCAST'));
      return NORMAL;
    },
  },
];

function isControlString(text: string): boolean {
  try {
    fao(text, [0]);
    return text.length <= LONGEST_PREFIX;
  } catch (error) {
    if (error instanceof FaoSyntaxError) return false;
    throw error;
  }
}

const withKeys = (old: string, keys: readonly string[], wanted: boolean): string => {
  const meant = keys.length === 0 ? ['Y'] : keys;
  return ['T', 'Y'].filter((key) => (meant.includes(key) ? wanted : old.includes(key))).join(',');
};

/** True when not all were authorized. */
function setPrivileges(words: readonly string[], { process }: CoreContext): boolean {
  const names: readonly string[] = privilegeNames;
  let notAll = false;
  const expanded = words.flatMap((word) =>
    word === 'ALL' ? names : word === 'NOALL' ? names.map((each) => `NO${each}`) : [word],
  );
  for (const word of expanded) {
    const wanted = names.includes(word);
    const name = wanted ? word : word.replace(/^NO/, '');
    if (!names.includes(name)) throw new Condition(DCL.IVKEYW, [], { token: word });
    if (!wanted) process.privileges.delete(name);
    else if (mayHave(process, name)) process.privileges.add(name);
    else notAll = true;
  }
  return notAll;
}

async function notAllPrivileges({ interpreter }: CoreContext): Promise<number> {
  await interpreter.display(new Condition(SYSTEM.NOTALLPRIV));
  return SYSTEM.NOTALLPRIV.value;
}

/** dcl.md §14 [R7] */
function processLines({ process }: CoreContext): readonly string[] {
  const { account, clock, pid, nodeName, processName, terminal } = process;
  const time = formatTime(clock.now());
  return [
    '',
    `${time}   User: ${account.userName.padEnd(17)}Process ID:   ${pid}`,
    `${''.padEnd(26)}Node: ${nodeName.padEnd(17)}Process name: "${processName}"`,
    '',
    ...(terminal === undefined ? [] : [`Terminal:           ${terminal.deviceName}`]),
    `User Identifier:    [${account.userName}]`,
    'Base priority:      4',
    `Default file spec:  ${process.defaultDirectory}`,
  ];
}

function privilegeLines({ process }: CoreContext): readonly string[] {
  const columns = (names: Iterable<string>): string[] => {
    const sorted = [...names].sort();
    return Array.from({ length: Math.ceil(sorted.length / 5) }, (_, row) =>
      ` ${sorted
        .slice(row * 5, row * 5 + 5)
        .map((each) => each.padEnd(12))
        .join(' ')}`.trimEnd(),
    );
  };
  return [
    '',
    'Authorized privileges:',
    ...columns(process.account.privileges),
    '',
    'Process privileges:',
    ...columns(process.privileges),
  ];
}
