/**
 * COPY: one output for each input where the output names none; else all inputs one after the other into one.
 * Source: dcl.md §13; DCL Dictionary, COPY.
 */
import type { ParsedCommand } from '../../../command-definition/index.ts';
import { Condition, RMS, SYSTEM } from '../../../condition/index.ts';
import { type FileSpecification, formatFileSpecification } from '../../../file-specification/index.ts';
import type { FileEntry, NewFileHeader } from '../../../ports/file-system.ts';
import { sessionDevice } from '../../../system/session-device.ts';
import { inputOf, outputOf } from '../../devices.ts';
import type { CoreContext } from '../../verb.ts';
import type { CoreVerb } from '../core-verb.ts';
import { usedBlocks } from './blocks.ts';
import { answerQuestion } from './confirmation.ts';
import { createOutput, type Output } from './copy-contents.ts';
import { completedName, copyQualifiers, fromAndTo } from './copy-syntax.ts';
import { filterDisallow } from './file-filter.ts';
import { FileOperation } from './file-operation.ts';
import { named, withReason } from './input-files.ts';
import { COPY } from './messages.ts';
import { nameFor, type OutputName } from './output-name.ts';
import { protectionOf } from './protection-value.ts';

export const copyVerb: CoreVerb = {
  name: 'COPY',
  summary: 'Copies files.',
  parameters: fromAndTo,
  qualifiers: {
    ...copyQualifiers,
    CONCATENATE: { default: true },
    REPLACE: {},
    OVERLAY: {},
  },
  disallow: [filterDisallow],
  routine: async (command, context) => {
    const texts = command.values('INPUT');
    const target = command.value('OUTPUT') ?? '';
    const [only] = texts;
    const input = texts.length === 1 ? sessionDevice(only!, context.process) : undefined;
    if (sessionDevice(target, context.process) !== undefined || input !== undefined)
      return copyDevice(command, context);
    const operation = new FileOperation(command, context, {
      texts,
      failure: COPY.OPENIN,
      question: answerQuestion('COPY'),
    });
    const name = completedName(target, context, COPY.OPENOUT);
    const copying = new Copying(operation, name, command);
    return name.isEach || !command.present('CONCATENATE') ? copying.each() : copying.joined();
  },
};

class Copying {
  readonly #operation: FileOperation;
  readonly #name: OutputName;
  readonly #command: ParsedCommand;
  /** What is read into the output that is made: /REPLACE leaves it. */
  #inputs: readonly FileEntry[] = [];
  #created = 0;

  constructor(operation: FileOperation, name: OutputName, command: ParsedCommand) {
    this.#operation = operation;
    this.#name = name;
    this.#command = command;
  }

  async each(): Promise<number> {
    const operation = this.#operation;
    for await (const entry of operation.files()) {
      this.#inputs = [entry];
      await operation.attempt(async () => {
        const output = await this.#create(entry);
        try {
          await output.add(entry).finally(() => output.close());
        } catch (error) {
          if (isUnopened(error)) await this.#takeBack(output);
          throw error;
        }
        await operation.log(COPY.COPIED, entry.specification, output.specification, usedBlocks(entry));
      });
    }
    return this.#end();
  }

  async joined(): Promise<number> {
    const operation = this.#operation;
    let output: Output | undefined;
    let isEmpty = true;
    const isReplacing = replaces(this.#command);
    if (isReplacing) this.#inputs = await operation.all();
    try {
      for await (const entry of isReplacing ? this.#inputs : operation.files()) {
        // Before anything is replaced; what was confirmed before QUIT is copied.
        if (operation.context.signal.aborted) break;
        const isFirst = output === undefined;
        // Without an output there is nothing to go on with.
        output ??= await this.#create(entry);
        const { specification, add } = output;
        await operation.attempt(async () => {
          const records = await add(entry);
          isEmpty = false;
          if (isFirst)
            await operation.log(COPY.COPIED, entry.specification, specification, usedBlocks(entry));
          else await operation.log(COPY.APPENDED, entry.specification, specification, records);
        });
      }
    } finally {
      await output?.close();
    }
    if (output !== undefined && isEmpty) await this.#takeBack(output);
    return this.#end();
  }

  /** What could not be opened leaves no empty output. */
  async #takeBack({ specification }: Output): Promise<void> {
    this.#created -= 1;
    await this.#operation.context.process.files.remove(specification);
  }

  async #end(): Promise<number> {
    if (this.#created > 1) await this.#operation.log(COPY.NEWFILES, this.#created);
    return this.#operation.status();
  }

  async #create(entry: FileEntry): Promise<Output> {
    const { context, wanted } = this.#operation;
    const target = nameFor(this.#name, entry, wanted);
    const version = await this.#versionOf(target, entry);
    const specification = formatFileSpecification({ ...target, version });
    const shown = named(formatFileSpecification(target));
    const output = await createOutput(specification, shown, entry, this.#header(entry), COPY, context);
    this.#created += 1;
    return output;
  }

  /** As it is said; else that of the input, or one more than the highest there is. Source: DCL Dictionary, COPY. */
  async #versionOf(target: FileSpecification, { specification }: FileEntry): Promise<string> {
    const { files } = this.#operation.context.process;
    const wanted =
      target.version === '' ? specification.slice(specification.lastIndexOf(';')) : target.version;
    const existing = await highestOf(target, files);
    if (existing === undefined) return wanted;
    if (target.version === '') return '';
    if (!replaces(this.#command)) {
      if (versionNumber(existing) > versionNumber(wanted)) await this.#operation.say(COPY.HIGHVER, existing);
      return wanted;
    }
    await this.#replace(formatFileSpecification({ ...target, version: wanted }), specification);
    return wanted;
  }

  /** What is there goes for good: not before `input` is known to be readable, and never where it is an input itself. */
  async #replace(specification: string, input: string): Promise<void> {
    const { files } = this.#operation.context.process;
    await checkReadable(input, files);
    try {
      const { fileId } = await files.lookup(specification);
      if (this.#inputs.some((each) => each.fileId === fileId)) throw new Condition(RMS.FLK);
      await files.remove(specification);
    } catch (error) {
      if (error instanceof Condition && error.value === RMS.FNF.value) return;
      throw withReason(COPY.OPENOUT, specification, error);
    }
    await this.#operation.log(COPY.REPLACED, specification);
  }

  /** An output that is called like its input is as old as that. Source: DCL Dictionary, COPY. */
  #header(entry: FileEntry): NewFileHeader {
    const change = protectionOf(this.#command);
    const { fileProtection } = this.#operation.context.process;
    return {
      ...(this.#name.isEach ? { created: entry.created } : {}),
      ...(change === undefined ? {} : { protection: { ...fileProtection, ...change } }),
    };
  }
}

const isUnopened = (error: unknown): boolean =>
  error instanceof Condition && error.ident === COPY.OPENIN.ident;

const replaces = (command: ParsedCommand): boolean =>
  command.present('REPLACE') || command.present('OVERLAY');

async function checkReadable(input: string, files: CoreContext['process']['files']): Promise<void> {
  try {
    await (await files.openBytes(input)).close();
  } catch (error) {
    throw withReason(COPY.OPENIN, input, error);
  }
}

/** Full specification of the highest version there is. */
export async function highestOf(
  { device, directory, name, type }: FileSpecification,
  files: CoreContext['process']['files'],
): Promise<string | undefined> {
  try {
    return (await files.lookup(`${device}${directory}${name}${type || '.'};`)).specification;
  } catch (error) {
    // What is wrong with the place is told by whoever creates the file.
    if (error instanceof Condition) return undefined;
    throw error;
  }
}

const versionNumber = (specification: string): number =>
  Number(specification.slice(specification.lastIndexOf(';') + 1));

/** COPY SYS$INPUT X.TXT, COPY X.TXT TT: — line by line. */
async function copyDevice(command: ParsedCommand, context: CoreContext): Promise<number> {
  const { process, interpreter, level } = context;
  const target = command.value('OUTPUT') ?? '';
  const toDevice = sessionDevice(target, process);
  const [source = ''] = command.values('INPUT');
  const fromDevice = command.values('INPUT').length === 1 ? sessionDevice(source, process) : undefined;
  const specification = toDevice === undefined ? formatFileSpecification(nameOnly(target, context)) : target;
  const writer = toDevice === undefined ? await createFor(specification, context) : undefined;
  const write = async (record: string): Promise<void> => {
    if (writer !== undefined) await writer.write(record);
    else if (toDevice !== undefined) await outputOf(toDevice, interpreter).writeLine(record);
  };
  const operation = new FileOperation(command, context, {
    texts: command.values('INPUT'),
    failure: COPY.OPENIN,
  });
  try {
    if (fromDevice !== undefined) {
      const input = inputOf(fromDevice, interpreter, level);
      for (let read = await input.read(); read.kind === 'record'; read = await input.read())
        await write(read.text);
      return SYSTEM.NORMAL.value;
    }
    for await (const entry of operation.files()) {
      const reader = await process.files.openRead(entry.specification);
      try {
        for (let record = await reader.read(); record !== undefined; record = await reader.read()) {
          if (operation.isOver) break;
          await write(record);
        }
      } finally {
        await reader.close();
      }
    }
    return operation.status();
  } finally {
    await writer?.close();
  }
}

const nameOnly = (text: string, context: CoreContext): FileSpecification => {
  const { pattern } = completedName(text, context, COPY.OPENOUT);
  return { ...pattern, version: pattern.version === ';' ? '' : pattern.version };
};

async function createFor(specification: string, { process }: CoreContext) {
  try {
    return await process.files.create(specification);
  } catch (error) {
    throw withReason(COPY.OPENOUT, named(specification), error);
  }
}
