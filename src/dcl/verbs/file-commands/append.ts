/** APPEND: adds files to the end of one that is there. Source: dcl.md §13; DCL Dictionary, APPEND. */
import type { ParsedCommand } from '../../../command-definition/index.ts';
import { Condition, RMS } from '../../../condition/index.ts';
import { formatFileSpecification } from '../../../file-specification/index.ts';
import type { FileEntry } from '../../../ports/file-system.ts';
import type { CoreContext } from '../../verb.ts';
import type { CoreVerb } from '../core-verb.ts';
import { answerQuestion } from './confirmation.ts';
import { bytesOutput, createOutput, type Output, recordsOutput } from './copy-contents.ts';
import { completedName, copyQualifiers, fromAndTo } from './copy-syntax.ts';
import { type DeviceRecords, deviceRecords } from './device-records.ts';
import { filterDisallow } from './file-filter.ts';
import { FileOperation } from './file-operation.ts';
import { named, withReason } from './input-files.ts';
import { APPEND } from './messages.ts';
import { nameFor } from './output-name.ts';
import { protectionOf } from './protection-value.ts';

export const appendVerb: CoreVerb = {
  name: 'APPEND',
  summary: 'Adds files to the end of a file.',
  parameters: fromAndTo,
  qualifiers: {
    ...copyQualifiers,
    NEW_VERSION: {},
  },
  disallow: [filterDisallow],
  routine: async (command, context) => {
    const operation = new FileOperation(command, context, {
      texts: command.values('INPUT'),
      defaults: '.LIS',
      failure: APPEND.OPENIN,
      question: answerQuestion('APPEND'),
    });
    const name = completedName(command.value('OUTPUT') ?? '', context, APPEND.OPENOUT);
    const device = deviceRecords(command.values('INPUT'), context);
    if (device !== undefined) {
      await operation.attempt(() => appendRecords(device, formatFileSpecification(name.pattern), operation));
      return operation.status();
    }
    let output: Output | undefined;
    try {
      for await (const entry of operation.files()) {
        output ??= await open(
          formatFileSpecification(nameFor(name, entry, operation.wanted)),
          entry,
          command,
          context,
        );
        const { specification, add } = output;
        await operation.attempt(async () => {
          await operation.log(APPEND.APPENDED, entry.specification, specification, await add(entry));
        });
      }
    } finally {
      await output?.close();
    }
    return operation.status();
  },
};

/** Lines that are typed, or come through a pipe. */
async function appendRecords(
  { name, reader }: DeviceRecords,
  specification: string,
  operation: FileOperation,
): Promise<void> {
  const { files } = operation.context.process;
  const writer = await files.openAppend(specification).catch((error: unknown) => {
    const isMissing = error instanceof Condition && error.value === RMS.FNF.value;
    if (isMissing && operation.command.present('NEW_VERSION')) return files.create(specification);
    throw withReason(APPEND.OPENOUT, named(specification), error);
  });
  let count = 0;
  try {
    for (let record = await reader.read(); record !== undefined; record = await reader.read()) {
      if (operation.isOver) return;
      await writer.write(record);
      count += 1;
    }
  } finally {
    await writer.close();
  }
  await operation.log(APPEND.APPENDED, name, writer.specification, count);
}

/** /NEW_VERSION makes the file where there is none. */
async function open(
  specification: string,
  like: FileEntry,
  command: ParsedCommand,
  context: CoreContext,
): Promise<Output> {
  const { files, fileProtection } = context.process;
  try {
    const { organization } = await files.lookup(specification);
    if (organization === 'IDX')
      return recordsOutput(await files.openRecords(specification, 'append'), APPEND, context);
    return bytesOutput(await files.openAppend(specification), APPEND, context);
  } catch (error) {
    const isMissing = error instanceof Condition && error.value === RMS.FNF.value;
    if (!isMissing || !command.present('NEW_VERSION'))
      throw withReason(APPEND.OPENOUT, named(specification), error);
    const change = protectionOf(command);
    const header = change === undefined ? {} : { protection: { ...fileProtection, ...change } };
    return createOutput(specification, named(specification), like, header, APPEND, context);
  }
}
