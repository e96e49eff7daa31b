/** CREATE and CREATE/FDL. Source: dcl.md §13; DCL Dictionary, CREATE. */
import { DCL, type ParsedCommand } from '../../../command-definition/index.ts';
import { Condition, SYSTEM } from '../../../condition/index.ts';
import type { NewFileHeader, RecordReader } from '../../../ports/file-system.ts';
import { uicOf } from '../../../system/owner-uic.ts';
import { resolveFile, resolveFileForCreate } from '../../../system/resolve-file.ts';
import { sessionDevice } from '../../../system/session-device.ts';
import { outputOf } from '../../devices.ts';
import { type FileDefinition, parseFileDefinition } from '../../file-definition/file-definition.ts';
import { FDL } from '../../file-definition/messages.ts';
import type { CoreContext } from '../../verb.ts';
import type { CoreVerb } from '../core-verb.ts';
import { createDirectoryVerb } from './create-directory.ts';
import { deviceRecords } from './device-records.ts';
import { named } from './input-files.ts';
import { CREATE } from './messages.ts';
import { protectionOf, protectionQualifier } from './protection-value.ts';

const value = { negatable: false, value: { required: true } } as const;

const createVerb: CoreVerb = {
  name: 'CREATE',
  summary: 'Makes a file of the lines that follow.',
  parameters: [{ label: 'FILE', prompt: 'File', required: true, value: { list: true, type: '$FILE' } }],
  qualifiers: {
    LOG: {},
    OWNER_UIC: value,
    PROTECTION: protectionQualifier,
    // Where on a volume the file is, and how large it will be, is left to the host.
    ALLOCATION: value,
    EXTENSION: value,
    VOLUME: value,
  },
  routine: async (command, context) => {
    for (const text of command.values('FILE')) await createFile(text, command, context);
    return SYSTEM.NORMAL.value;
  },
};

/** Of several files each takes the lines up to Ctrl/Z. */
async function createFile(text: string, command: ParsedCommand, context: CoreContext): Promise<void> {
  const { process, interpreter } = context;
  const device = sessionDevice(text, process);
  // CREATE SYS$OUTPUT: a procedure shows a text.
  if (device !== undefined) {
    const output = outputOf(device, interpreter);
    return everyLine(context, (line) => output.writeLine(line));
  }
  const specification = resolveFileForCreate(process, text);
  const header = await givenHeader(command, process);
  const writer = await orOpenout(specification, () => process.files.create(specification, header));
  try {
    await everyLine(context, (line) => writer.write(line));
  } finally {
    await writer.close();
  }
  if (command.present('LOG')) {
    await interpreter.display(new Condition(CREATE.CREATED, [writer.specification]));
  }
}

/** Of SYS$INPUT, up to its end. */
async function everyLine(
  { input, signal }: CoreContext,
  write: (line: string) => void | Promise<void>,
): Promise<void> {
  for (let read = await input.read(); read.kind === 'record'; read = await input.read()) {
    if (signal.aborted) return;
    await write(read.text);
  }
}

const createFdlVerb: CoreVerb = {
  name: 'CREATE/FDL',
  summary: 'Makes a file as a definition (FDL) describes it: a sequential or an indexed one.',
  parameters: [{ label: 'FILE', value: { type: '$FILE' } }],
  qualifiers: {
    FDL: { negatable: false, value: { required: true, type: '$FILE' } },
    LOG: {},
  },
  routine: async (command, context) => {
    const { process, interpreter } = context;
    const definition = await readDefinition(command.value('FDL')!, context);
    const given = [command.value('FILE'), definition.name].filter((each) => each !== undefined);
    if (given.length === 0) throw new Condition(DCL.INSFPRM);
    const specification = resolveFileForCreate(process, given[0]!, given[1]);
    const made = await orOpenout(specification, () => makeFile(specification, definition, process));
    if (command.present('LOG')) await interpreter.display(new Condition(FDL.CREATED, [made]));
    return SYSTEM.NORMAL.value;
  },
};

/** The definition is a file, or what the procedure has behind the command: /FDL=SYS$INPUT. */
async function readDefinition(text: string, context: CoreContext): Promise<FileDefinition> {
  const device = deviceRecords([text], context);
  if (device !== undefined) return parseFileDefinition(await everyRecord(device.reader));
  const { process } = context;
  const specification = await resolveFile(process, text, '.FDL');
  let records: readonly string[];
  try {
    records = await everyRecord(await process.files.openRead(specification));
  } catch (error) {
    if (!(error instanceof Condition)) throw error;
    throw new Condition(FDL.OPENFDL, [specification], { secondary: [error] });
  }
  return parseFileDefinition(records);
}

/** Closes the reader. */
async function everyRecord(reader: RecordReader): Promise<readonly string[]> {
  const records: string[] = [];
  try {
    for (let record = await reader.read(); record !== undefined; record = await reader.read()) {
      records.push(record);
    }
  } finally {
    await reader.close();
  }
  return records;
}

async function makeFile(
  specification: string,
  definition: FileDefinition,
  process: CoreContext['process'],
): Promise<string> {
  const { recordFormat, recordAttributes, maximumRecord, protection, owner } = definition;
  const header: NewFileHeader = {
    recordFormat,
    recordAttributes,
    maximumRecord,
    ...(protection === undefined ? {} : { protection: { ...process.fileProtection, ...protection } }),
    ...(owner === undefined ? {} : { owner }),
  };
  if (definition.organization === 'IDX')
    return process.files.createIndexed(specification, { keys: definition.keys }, header);
  const writer = await process.files.create(specification, header);
  await writer.close();
  return writer.specification;
}

async function givenHeader(command: ParsedCommand, process: CoreContext['process']): Promise<NewFileHeader> {
  const change = protectionOf(command);
  const owner = command.value('OWNER_UIC');
  return {
    ...(change === undefined ? {} : { protection: { ...process.fileProtection, ...change } }),
    ...(owner === undefined ? {} : { owner: await uicOf(owner, process) }),
  };
}

async function orOpenout<T>(specification: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Condition)) throw error;
    throw new Condition(CREATE.OPENOUT, [named(specification)], { secondary: [error] });
  }
}

export const createVerbs: readonly CoreVerb[] = [createVerb, createFdlVerb, createDirectoryVerb];
