/** OPEN and CLOSE. Source: dcl.md §10.1, §10.4. */
import { DCL, type ParsedCommand } from '../../command-definition/index.ts';
import { Condition, RMS, SYSTEM } from '../../condition/index.ts';
import type { FileSharing } from '../../ports/record-stream.ts';
import { deviceText, sessionDevice } from '../../system/session-device.ts';
import { openFailure, resolved } from '../call.ts';
import { inputOf, outputOf } from '../devices.ts';
import { closeFile, newRecords, type OpenFile } from '../open-files.ts';
import type { CoreContext } from '../verb.ts';
import { type CoreVerb, channelName, labelQualifier, NORMAL, orGoTo } from './core-verb.ts';

/** Files one process may have open: FILLM of an account. */
const MOST_FILES = 100;

export const openVerbs: readonly CoreVerb[] = [
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
      SHARE: { value: { default: 'WRITE', keywords: { READ: {}, WRITE: {} } } },
      ERROR: labelQualifier,
    },
    disallow: ['APPEND AND WRITE', 'APPEND AND READ'],
    routine: async (command, context) => {
      const name = channelName(command.value('LOGICAL_NAME') ?? '');
      const { files } = context.interpreter;
      // dcl.md §10.1: a file that is still open under this name stays.
      if (files.has(name)) return RMS.NORMAL.value;
      try {
        if (files.size >= MOST_FILES) throw new Condition(SYSTEM.EXQUOTA);
        const file = await open(command.value('FILE') ?? '', accessOf(command), sharingOf(command), context);
        await nameFile(name, file, context);
        files.set(name, file);
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
    qualifiers: {
      LOG: {},
      ERROR: labelQualifier,
      DISPOSITION: { negatable: false, value: { required: true, keywords: { KEEP: {}, DELETE: {} } } },
    },
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
        if (command.value('DISPOSITION') === 'DELETE' && file.device === undefined)
          await context.process.files.remove(file.specification);
      } catch (error) {
        return orGoTo(context, command.value('ERROR'), error);
      }
      return NORMAL;
    },
  },
];

/** A file whose name cannot be defined (IVLOGNAM, EXQUOTA) is closed again: no other command could reach it. */
async function nameFile(name: string, file: OpenFile, { process }: CoreContext): Promise<void> {
  try {
    await process.logicalNames.define(name, [file.specification]);
  } catch (error) {
    await closeFile(file).catch(() => undefined);
    throw error;
  }
}

type Access = 'read' | 'write' | 'append' | 'update';

function accessOf(command: ParsedCommand): Access {
  if (command.present('APPEND')) return 'append';
  if (!command.present('WRITE')) return 'read';
  return command.present('READ') ? 'update' : 'write';
}

/** What others may do with the file: without /SHARE those who read may read with others. HELP OPEN, /SHARE */
function sharingOf(command: ParsedCommand): FileSharing {
  if (command.negated('SHARE')) return { readers: false, writers: false };
  if (command.present('SHARE')) return { readers: true, writers: command.value('SHARE') !== 'READ' };
  return { readers: accessOf(command) === 'read', writers: false };
}

/** Throws OPENIN, OPENOUT with the RMS condition behind them. */
async function open(
  text: string,
  access: Access,
  sharing: FileSharing,
  context: CoreContext,
): Promise<OpenFile> {
  const { process, interpreter, level } = context;
  const device = sessionDevice(text, process);
  if (device !== undefined) {
    const streams = { input: inputOf(device, interpreter, level), output: outputOf(device, interpreter) };
    return { specification: deviceText(text), device: streams };
  }
  const ident = access === 'read' ? 'OPENIN' : 'OPENOUT';
  const specification = await resolved(ident, process, text, '.DAT');
  try {
    return await openFile(specification, access, sharing, context);
  } catch (error) {
    throw openFailure(ident, specification, error);
  }
}

async function openFile(
  specification: string,
  access: Access,
  sharing: FileSharing,
  { process: { files } }: CoreContext,
): Promise<OpenFile> {
  const records =
    access === 'write'
      ? newRecords(await files.create(specification, printFile, sharing))
      : await files.openRecords(specification, access, sharing);
  return { specification: records.specification, records };
}

/** dcl.md §10.1 [R8]: what OPEN/WRITE makes. */
const printFile = { recordFormat: 'VFC', recordAttributes: 'PRN' } as const;
