/** OPEN, CLOSE, READ, INQUIRE. Source: dcl.md §10. */
import { DCL } from '../../command-definition/index.ts';
import { Condition, RMS } from '../../condition/index.ts';
import type { ReadResult } from '../../ports/session-io.ts';
import { resolveFile } from '../../system/resolve-file.ts';
import { openFailure } from '../call.ts';
import { closeFile, type OpenFile } from '../open-files.ts';
import { literalText } from '../statement-parser.ts';
import { commentStart, substitute, upcaseOutsideQuotes } from '../substitution.ts';
import type { CoreContext } from '../verb.ts';
import { type CoreVerb, NORMAL, orGoTo } from './core-verb.ts';

const label = { negatable: false, value: { required: true } } as const;

export const fileIoVerbs: readonly CoreVerb[] = [
  {
    name: 'OPEN',
    summary: 'Opens a file for READ and WRITE.',
    parameters: [
      { label: 'LOGICAL_NAME', prompt: 'Log_Name', required: true },
      { label: 'FILE', prompt: 'File', required: true, value: { type: '$FILE' } },
    ],
    qualifiers: {
      READ: { negatable: false },
      WRITE: { negatable: false },
      APPEND: { negatable: false },
      SHARE: { value: { keywords: { READ: {}, WRITE: {} } } },
      ERROR: label,
    },
    disallow: ['APPEND AND WRITE', 'APPEND AND READ'],
    routine: async (command, context) => {
      const name = channelName(command.value('LOGICAL_NAME') ?? '');
      const { files } = context.interpreter;
      // dcl.md §10.1: a file that is still open under this name stays.
      if (files.has(name)) return RMS.NORMAL.value;
      const how = command.present('APPEND')
        ? 'append'
        : command.present('WRITE')
          ? command.present('READ')
            ? 'update'
            : 'write'
          : 'read';
      try {
        const file = await open(command.value('FILE') ?? '', how, context);
        files.set(name, file);
        await context.process.logicalNames.define(name, [file.specification]);
      } catch (error) {
        return orGoTo(context, command.value('ERROR'), error);
      }
      return RMS.NORMAL.value;
    },
  },
  {
    name: 'CLOSE',
    summary: 'Closes a file opened by OPEN.',
    parameters: [{ label: 'LOGICAL_NAME', prompt: 'Log_Name', required: true }],
    qualifiers: { LOG: {}, ERROR: label },
    routine: async (command, context) => {
      const name = channelName(command.value('LOGICAL_NAME') ?? '');
      const file = context.interpreter.files.get(name);
      if (file === undefined) {
        if (command.negated('LOG')) return DCL.UNDFIL.value;
        return orGoTo(context, command.value('ERROR'), new Condition(DCL.UNDFIL));
      }
      context.interpreter.files.delete(name);
      await context.process.logicalNames.deassign(name);
      try {
        await closeFile(file);
      } catch (error) {
        return orGoTo(context, command.value('ERROR'), error);
      }
      return NORMAL;
    },
  },
  {
    name: 'READ',
    summary: 'Reads a record into a symbol.',
    parameters: [
      { label: 'LOGICAL_NAME', prompt: 'Log_Name', required: true },
      { label: 'SYMBOL_NAME', prompt: 'Symbol', required: true },
    ],
    qualifiers: {
      END_OF_FILE: label,
      ERROR: label,
      PROMPT: { negatable: false, value: { required: true } },
      TIME_OUT: { value: { required: true, type: '$NUMBER' } },
      LOCK: {},
      DELETE: { negatable: false },
    },
    routine: async (command, context) => {
      const name = channelName(command.value('LOGICAL_NAME') ?? '');
      const seconds = command.value('TIME_OUT');
      try {
        const record = await readRecord(name, context, command.value('PROMPT') ?? 'Data: ', seconds);
        context.interpreter.setLocalSymbol(command.value('SYMBOL_NAME') ?? '', record);
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
      const symbol = command.value('SYMBOL_NAME') ?? '';
      const prompt = (command.value('PROMPT') ?? symbol) + (command.negated('PUNCTUATION') ? '' : ': ');
      const answer = await ask(prompt, context);
      const table = command.present('GLOBAL') ? interpreter.globals : interpreter.level.symbols;
      table.set(symbol, answer ?? '');
      return answer === undefined ? RMS.EOF.value : NORMAL;
    },
  },
];

const channelName = (text: string): string => text.toUpperCase().replace(/:$/, '');

/** Throws OPENIN, OPENOUT with the RMS condition behind them. */
async function open(
  text: string,
  how: 'read' | 'write' | 'append' | 'update',
  { process }: CoreContext,
): Promise<OpenFile> {
  const specification = await resolveFile(process, text, '.DAT');
  const { files } = process;
  try {
    switch (how) {
      case 'read': {
        const entry = await files.lookup(specification);
        const reader = await files.openRead(entry.specification);
        return { specification: entry.specification, reader, writer: undefined };
      }
      case 'write': {
        const writer = await files.create(specification);
        return { specification: writer.specification, reader: undefined, writer };
      }
      case 'append':
      case 'update': {
        const entry = await files.lookup(specification);
        const reader = how === 'update' ? await files.openRead(entry.specification) : undefined;
        const writer = await files.openAppend(entry.specification);
        return { specification: entry.specification, reader, writer };
      }
    }
  } catch (error) {
    throw openFailure(how === 'read' ? 'OPENIN' : 'OPENOUT', specification, error);
  }
}

/** Throws RMS EOF, TMO, and UNDFIL when there is no such file. */
async function readRecord(
  name: string,
  context: CoreContext,
  prompt: string,
  seconds: string | undefined,
): Promise<string> {
  const file = context.interpreter.files.get(name);
  if (file !== undefined) {
    const record = await file.reader?.read();
    if (record === undefined) throw new Condition(RMS.EOF);
    return record;
  }
  const input =
    name === 'SYS$INPUT'
      ? context.input
      : name === 'SYS$COMMAND' || name === 'TT' || name === 'SYS$OUTPUT'
        ? context.command
        : undefined;
  if (input === undefined) throw new Condition(DCL.UNDFIL);
  const timeoutMs = seconds === undefined ? {} : { timeoutMs: Number(seconds) * 1000 };
  return recordOf(await input.read({ prompt, ...timeoutMs }));
}

function recordOf(read: ReadResult): string {
  if (read.kind === 'record') return read.text;
  throw new Condition(read.kind === 'timeout' ? RMS.TMO : RMS.EOF);
}

/** Upcased and compressed unless quoted, apostrophes substituted. In batch there is nobody to ask. dcl.md §10.5 */
async function ask(prompt: string, context: CoreContext): Promise<string | undefined> {
  if (context.process.mode === 'BATCH') return '';
  const read = await context.command.read({ prompt });
  if (read.kind !== 'record') return undefined;
  const { interpreter } = context;
  const text = await substitute(read.text, interpreter, interpreter.vocabulary.lexicals);
  return literalText(upcaseOutsideQuotes(text.slice(0, commentStart(text))));
}
