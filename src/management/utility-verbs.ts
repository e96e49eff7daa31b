/** EXIT and HELP, as every utility with a prompt of its own has them. */
import {
  type CommandTable,
  defineVerb,
  tableTopics,
  type VerbDefinition,
} from '../command-definition/index.ts';
import { SYSTEM } from '../condition/index.ts';
import { runHelp } from '../system/help-dialogue.ts';
import { systemHelp } from '../system/help-library.ts';
import type { ImageContext } from '../system/image.ts';

interface UtilitySession {
  readonly image: ImageContext;
  isEnding: boolean;
}

export const exitVerb = <Session extends UtilitySession>(
  summary = 'Returns to DCL. CTRL/Z does the same.',
): VerbDefinition<Session> =>
  defineVerb<Session>({
    name: 'EXIT',
    summary,
    routine(_command, session) {
      session.isEnding = true;
      return SYSTEM.NORMAL.value;
    },
  });

/** @param library  `UAFHELP`: what is said beside the table @param table  of which it is part */
export const helpVerb = <Session extends UtilitySession>(
  library: string,
  table: () => CommandTable<Session>,
): VerbDefinition<Session> =>
  defineVerb<Session>({
    name: 'HELP',
    summary: 'Displays what a command does.',
    parameters: [{ label: 'TOPIC', prompt: 'Topic', value: { type: '$REST_OF_LINE' } }],
    async routine(command, { image }) {
      const subtopics = tableTopics([table()], [], await systemHelp(image.process, library));
      await runHelp({ name: '', lines: [], subtopics }, command.value('TOPIC') ?? '', image);
      return SYSTEM.NORMAL.value;
    },
  });
