/** The selection of files that the file commands share, for verbs of other parts. Source: dcl.md §12, §13. */
import type { FileSelection } from '../../../system/file-selection.ts';
import { answerQuestion, Confirmation } from './confirmation.ts';
import { fileFilter, filterDisallow, filterQualifiers } from './file-filter.ts';
import { filesOf, requestedFiles, shownName, withReason } from './input-files.ts';

export const fileSelection: FileSelection = {
  qualifiers: { ...filterQualifiers, CONFIRM: { summary: 'ask for each file' } },
  disallow: filterDisallow,
  async *files(command, context, { texts, defaults, verb, failure }) {
    const { process } = context;
    const isMeant = await fileFilter(command, process);
    const asks = command.present('CONFIRM') ? answerQuestion(verb) : undefined;
    const confirmation = new Confirmation(context, asks);
    for (const [index, element] of [...requestedFiles({ texts, defaults }, process)].entries()) {
      try {
        for await (const { entry } of filesOf(element, process)) {
          if (!isMeant(entry)) continue;
          // What is to be executed has to be executable: a wildcard shows more than that.
          await process.files.lookup(entry.specification, 'execute');
          if (await confirmation.confirms(entry.specification)) yield { ...entry, element: index };
          if (confirmation.isOver) return;
        }
      } catch (error) {
        throw withReason(failure, shownName(element), error);
      }
    }
  },
};
