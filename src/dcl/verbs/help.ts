/** HELP, derived from the command tables. */
import { tableTopics } from '../../command-definition/index.ts';
import { runHelp } from '../../system/help-dialogue.ts';
import { type CoreVerb, NORMAL } from './core-verb.ts';

export const helpVerbs: readonly CoreVerb[] = [
  {
    name: 'HELP',
    summary: 'Explains commands: HELP, HELP verb.',
    parameters: [{ label: 'TOPIC', value: { type: '$REST_OF_LINE' } }],
    routine: async (command, { interpreter, input, output }) => {
      const library = { name: '', lines: [], subtopics: tableTopics(interpreter.vocabulary.tables) };
      await runHelp(library, command.value('TOPIC') ?? '', { input, output });
      return NORMAL;
    },
  },
];
