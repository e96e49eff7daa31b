/** READ and INQUIRE. Source: dcl.md §10.2, §10.5. */
import { DCL, type ParsedCommand } from '../../command-definition/index.ts';
import { Condition, RMS } from '../../condition/index.ts';
import type { KeyMatch, RecordStream } from '../../ports/record-stream.ts';
import type { ReadOptions, ReadResult, SessionInput } from '../../ports/session-io.ts';
import { sessionDevice } from '../../system/session-device.ts';
import { LONGEST_VALUE } from '../assignment.ts';
import { inputOf } from '../devices.ts';
import { takeInterrupt } from '../interrupts.ts';
import type { OpenDevice } from '../open-files.ts';
import { literalText } from '../statement-parser.ts';
import { commentStart, substitute, upcaseOutsideQuotes } from '../substitution.ts';
import type { CoreContext } from '../verb.ts';
import { type CoreVerb, channelName, labelQualifier, NORMAL, orGoTo } from './core-verb.ts';

/** Seconds. dcl.md §10.2 */
const LONGEST_TIME_OUT = 255;

export const readVerbs: readonly CoreVerb[] = [
  {
    name: 'READ',
    summary: 'Reads a record into a symbol.',
    parameters: [
      { label: 'LOGICAL_NAME', prompt: 'Log_Name', required: true },
      { label: 'SYMBOL_NAME', prompt: 'Symbol', required: true },
    ],
    qualifiers: {
      END_OF_FILE: labelQualifier,
      ERROR: labelQualifier,
      PROMPT: { negatable: false, value: { required: true } },
      TIME_OUT: { value: { required: true, type: '$NUMBER' } },
      KEY: { negatable: false, value: { required: true } },
      INDEX: { negatable: false, value: { required: true, type: '$NUMBER' } },
      MATCH: {
        negatable: false,
        value: { required: true, keywords: { EQ: {}, GE: {}, GT: {}, LE: {}, LT: {} } },
      },
      LOCK: {},
      DELETE: { negatable: false },
    },
    disallow: ['(MATCH OR INDEX) AND NOT KEY'],
    routine: async (command, context) => {
      const seconds = command.value('TIME_OUT');
      if (seconds !== undefined && (Number(seconds) < 0 || Number(seconds) > LONGEST_TIME_OUT))
        throw new Condition(DCL.IVVALU);
      const symbol = symbolName(command.value('SYMBOL_NAME') ?? '');
      const options: ReadOptions = {
        prompt: command.value('PROMPT') ?? 'Data: ',
        ...(seconds === undefined ? {} : { timeoutMs: Number(seconds) * 1000 }),
      };
      try {
        const name = channelName(command.value('LOGICAL_NAME') ?? '');
        const file = context.interpreter.files.get(name);
        const record =
          file === undefined || file.device !== undefined
            ? await askDevice(name, file, options, context)
            : await takeRecord(file.records, command);
        if (record === undefined) return undefined;
        // dcl.md §10.2: a record that is too long is cut, with a message.
        context.interpreter.setLocalSymbol(symbol, record.slice(0, LONGEST_VALUE));
        if (record.length > LONGEST_VALUE) throw new Condition(RMS.RTB, [record.length]);
        return RMS.NORMAL.value;
      } catch (error) {
        const atEnd = error instanceof Condition && error.ident === 'EOF';
        const target = atEnd
          ? (command.value('END_OF_FILE') ?? command.value('ERROR'))
          : command.value('ERROR');
        return orGoTo(context, target, error);
      }
    },
  },
  {
    name: 'INQUIRE',
    summary: 'Asks at the terminal for the value of a symbol.',
    parameters: [
      { label: 'SYMBOL_NAME', prompt: 'Symbol', required: true },
      { label: 'PROMPT', value: { type: '$QUOTED_STRING' } },
    ],
    qualifiers: {
      GLOBAL: { negatable: false },
      LOCAL: { negatable: false },
      PUNCTUATION: { default: true },
    },
    routine: async (command, context) => {
      const { interpreter } = context;
      if (context.process.account.flags.includes('CAPTIVE')) throw new Condition(DCL.CAPTINQ);
      const symbol = symbolName(command.value('SYMBOL_NAME') ?? '');
      const prompt = (command.value('PROMPT') ?? symbol) + (command.negated('PUNCTUATION') ? '' : ': ');
      const answer = await ask(prompt, context);
      if (answer.kind === 'interrupt') return undefined;
      const table = command.present('GLOBAL') ? interpreter.globals : interpreter.level.symbols;
      table.set(symbol, answer.kind === 'record' ? await cooked(answer.text, context) : '');
      return answer.kind === 'record' ? NORMAL : RMS.EOF.value;
    },
  },
];

/** Throws IVSYMB. */
function symbolName(text: string): string {
  const name = text.toUpperCase();
  if (!/^[A-Z$_][A-Z0-9$_]{0,254}$/.test(name)) throw new Condition(DCL.IVSYMB);
  return name;
}

/** The next record, or that of /KEY. Throws RMS EOF, RNF and what else the file has against it. */
async function takeRecord(records: RecordStream, command: ParsedCommand): Promise<string> {
  const key = command.value('KEY');
  const index = command.value('INDEX');
  const record =
    key === undefined
      ? await records.read({ noLock: command.negated('LOCK') })
      : await records.readKey({
          key,
          noLock: command.negated('LOCK'),
          index: index === undefined ? undefined : Number(index),
          match: (command.value('MATCH') ?? 'EQ') as KeyMatch,
        });
  if (record === undefined) throw new Condition(RMS.EOF);
  if (command.present('DELETE')) await records.remove();
  return record;
}

/** Undefined when Ctrl/Y has taken control elsewhere. Throws RMS EOF, TMO, and UNDFIL when there is no such file. */
async function askDevice(
  name: string,
  file: OpenDevice | undefined,
  options: ReadOptions,
  context: CoreContext,
): Promise<string | undefined> {
  const { interpreter, level, process } = context;
  const device = file === undefined ? sessionDevice(name, process) : undefined;
  const input = file?.device.input ?? (device && inputOf(device, interpreter, level));
  if (input === undefined) throw new Condition(DCL.UNDFIL);
  const read = await readAttended(input, options, context);
  if (read.kind === 'record') return read.text;
  if (read.kind === 'interrupt') return undefined;
  throw new Condition(read.kind === 'timeout' ? RMS.TMO : RMS.EOF);
}

/** Ctrl/Y at the question is taken by the level; CONTINUE asks again. */
async function readAttended(
  input: SessionInput,
  options: ReadOptions,
  { interpreter, level }: CoreContext,
): Promise<ReadResult> {
  for (;;) {
    const read = await input.read(options);
    if (read.kind !== 'interrupt') return read;
    interpreter.interrupt(read.key);
    if (interpreter.signal.aborted) return read;
    if (interpreter.interrupts.isPending && !(await takeInterrupt(interpreter, level))) return read;
  }
}

/** In batch there is nobody to ask. */
const ask = async (prompt: string, context: CoreContext): Promise<ReadResult> =>
  context.process.mode === 'BATCH'
    ? { kind: 'record', text: '' }
    : readAttended(context.command, { prompt }, context);

/** Upcased and compressed unless quoted, apostrophes substituted. dcl.md §10.5 */
async function cooked(answer: string, { interpreter }: CoreContext): Promise<string> {
  const text = await substitute(answer, interpreter, interpreter.vocabulary.lexicals);
  return literalText(upcaseOutsideQuotes(text.slice(0, commentStart(text))));
}
