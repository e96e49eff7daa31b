/** DELETE and PURGE. Source: dcl.md §13; DCL Dictionary. */
import { Condition, INHIBIT_MESSAGE, type MessageDefinition, SYSTEM } from '../../../condition/index.ts';
import { parseFileSpecification } from '../../../file-specification/index.ts';
import type { FileEntry } from '../../../ports/file-system.ts';
import type { CoreVerb } from '../core-verb.ts';
import { allocatedBlocks } from './blocks.ts';
import { deleteQuestion } from './confirmation.ts';
import { filterDisallow, filterQualifiers } from './file-filter.ts';
import { FileOperation } from './file-operation.ts';
import { withReason } from './input-files.ts';
import { DELETE, PURGE } from './messages.ts';

/** dcl.md §6.2 [R8] */
const done = SYSTEM.NORMAL.value | INHIBIT_MESSAGE;

export const deleteVerb: CoreVerb = {
  name: 'DELETE',
  summary: 'Deletes files; the version must be given.',
  parameters: [{ label: 'FILE', prompt: 'File', required: true, value: { list: true, type: '$FILE' } }],
  // /ERASE: what lies on the disk afterwards is the host's.
  qualifiers: { ...filterQualifiers, LOG: {}, CONFIRM: {}, ERASE: {}, TREE: { negatable: false } },
  disallow: [filterDisallow],
  routine: async (command, context) => {
    const texts = command.values('FILE');
    for (const text of texts) {
      if (parseFileSpecification(text).version === '') throw new Condition(DELETE.DELVER);
    }
    const operation = new FileOperation(command, context, {
      texts,
      failure: DELETE.SEARCHFAIL,
      question: deleteQuestion,
      directories: true,
    });
    const deletion = new Deletion(operation, DELETE);
    // /TREE: from the bottom up, so that a directory is empty when its turn comes.
    const directories: FileEntry[] = [];
    for await (const entry of operation.files())
      if (entry.isDirectory && command.present('TREE')) directories.unshift(entry);
      else await deletion.remove(entry);
    for (const entry of directories) if (!operation.isOver) await deletion.remove(entry);
    await deletion.end();
    return operation.status(done);
  },
};

export const purgeVerb: CoreVerb = {
  name: 'PURGE',
  summary: 'Deletes all but the highest versions of files.',
  parameters: [{ label: 'FILE', value: { list: true, type: '$FILE' } }],
  qualifiers: {
    ...filterQualifiers,
    LOG: {},
    CONFIRM: {},
    ERASE: {},
    KEEP: { negatable: false, value: { required: true, type: '$NUMBER' } },
  },
  disallow: [filterDisallow],
  routine: async (command, context) => {
    const keep = Math.max(1, Number(command.value('KEEP') ?? 1));
    const given = command.values('FILE');
    for (const text of given) {
      if (parseFileSpecification(text).version !== '') throw new Condition(PURGE.PURGEVER);
    }
    const operation = new FileOperation(command, context, {
      texts: given.length === 0 ? ['*.*'] : given,
      defaults: '*.*',
      version: ';*',
      failure: PURGE.SEARCHFAIL,
      question: deleteQuestion,
      mayBeMeant: olderVersions(keep),
    });
    const deletion = new Deletion(operation, { ...PURGE, FILDEL: PURGE.FILPURG });
    for await (const entry of operation.files()) await deletion.remove(entry);
    if (deletion.isEmpty && operation.status(done) === done) await operation.log(PURGE.NOFILPURG);
    await deletion.end();
    return operation.status(done);
  },
};

/** The search gives versions from the highest down: the first of a name are kept. */
function olderVersions(keep: number): (entry: FileEntry) => boolean {
  let name = '';
  let seen = 0;
  return ({ specification }) => {
    const own = specification.slice(0, specification.lastIndexOf(';'));
    seen = own === name ? seen + 1 : 1;
    name = own;
    return seen > keep;
  };
}

type Messages = Readonly<Record<'FILDEL' | 'FILNOTDEL' | 'TOTAL', MessageDefinition>>;

class Deletion {
  readonly #operation: FileOperation;
  readonly #messages: Messages;
  #files = 0;
  #blocks = 0;

  constructor(operation: FileOperation, messages: Messages) {
    this.#operation = operation;
    this.#messages = messages;
  }

  get isEmpty(): boolean {
    return this.#files === 0;
  }

  remove(entry: FileEntry): Promise<void> {
    const { FILDEL, FILNOTDEL } = this.#messages;
    return this.#operation.attempt(async () => {
      try {
        await this.#operation.context.process.files.remove(entry.specification);
      } catch (error) {
        throw withReason(FILNOTDEL, entry.specification, error);
      }
      const blocks = allocatedBlocks(entry);
      this.#files += 1;
      this.#blocks += blocks;
      await this.#operation.log(FILDEL, entry.specification, blocks);
    });
  }

  async end(): Promise<void> {
    if (this.#files > 1) await this.#operation.log(this.#messages.TOTAL, this.#files, this.#blocks);
  }
}
