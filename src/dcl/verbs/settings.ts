/** SET and SHOW of the session's own state. Source: dcl.md §7, §9.5, §14. */
import { DCL } from '../../command-definition/index.ts';
import { Condition, SYSTEM } from '../../condition/index.ts';
import { fao } from '../../fao/fao.ts';
import { FaoSyntaxError } from '../../fao/fao-syntax-error.ts';
import { formatTime, parseDelta } from '../../vms-time/index.ts';
import { noImage } from '../image-activation.ts';
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
    name: 'SET OUTPUT_RATE',
    summary: 'Says how often the log of a batch job is written out.',
    value: { type: '$DELTATIME' },
    routine: async (command, { process: { outputLog } }) => {
      const rate = command.value('OUTPUT_RATE');
      if (rate !== undefined) outputLog?.setRate(parseDelta(rate));
      else await outputLog?.flush();
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
    name: 'SET TIME',
    summary: 'Sets the time of the system: the clock is that of the machine, and nobody here may.',
    value: { type: '$DATETIME' },
    qualifiers: { CLUSTER: { negatable: false } },
    routine: () => {
      throw new Condition(SYSTEM.NOPRIV);
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
    routine: async (command, { interpreter }) => {
      const file = command.value('FILE');
      // A message file is an image that is mapped into the process, and nothing here makes one.
      if (file !== undefined) return noImage(interpreter, file, '.EXE');
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
    name: 'SHOW BROADCAST',
    summary: 'Shows which broadcasts are kept away from the terminal.',
    routine: async (_command, { interpreter, output }) => {
      const refused = [...(interpreter.options.refusedBroadcasts?.() ?? [])];
      const lines =
        refused.length === 0
          ? ['Broadcasts are enabled for all classes']
          : ['Broadcasts are currently disabled for:', ...refused.map((kind) => `        ${kind}`)];
      for (const line of lines) await output.writeLine(line);
      return SYSTEM.NORMAL.value;
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
