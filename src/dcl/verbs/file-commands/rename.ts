/** RENAME. Source: dcl.md §13; DCL Dictionary, RENAME. */
import { Condition, RMS } from '../../../condition/index.ts';
import { formatFileSpecification } from '../../../file-specification/index.ts';
import type { CoreVerb } from '../core-verb.ts';
import { answerQuestion } from './confirmation.ts';
import { highestOf } from './copy.ts';
import { completedName, fromAndTo } from './copy-syntax.ts';
import { filterDisallow, filterQualifiers } from './file-filter.ts';
import { FileOperation } from './file-operation.ts';
import { named, withReason } from './input-files.ts';
import { RENAME } from './messages.ts';
import { newNameFor } from './output-name.ts';

export const renameVerb: CoreVerb = {
  name: 'RENAME',
  summary: 'Gives files another name, or another directory.',
  parameters: fromAndTo,
  qualifiers: { ...filterQualifiers, CONFIRM: {}, LOG: {}, NEW_VERSION: { default: true } },
  disallow: [filterDisallow],
  routine: async (command, context) => {
    const operation = new FileOperation(command, context, {
      texts: command.values('INPUT'),
      failure: RENAME.OPENIN,
      question: answerQuestion('RENAME'),
      directories: true,
    });
    const name = completedName(command.value('OUTPUT') ?? '', context, RENAME.OPENOUT);
    const { files } = context.process;
    for await (const entry of operation.files()) {
      await operation.attempt(async () => {
        const target = newNameFor(name, entry, operation.wanted);
        const specification = formatFileSpecification(target);
        try {
          // /NONEW_VERSION: where there is such a file, nothing is done.
          if (command.negated('NEW_VERSION') && (await highestOf(target, files)) !== undefined)
            throw new Condition(RMS.FEX);
          const now = await files.rename(entry.specification, specification);
          await operation.log(RENAME.RENAMED, entry.specification, now);
        } catch (error) {
          throw withReason(RENAME.OPENOUT, named(specification), error);
        }
      });
    }
    return operation.status();
  },
};
