/** HELP, derived from the command tables. */
import { helpLines } from '../../system/table-help.ts';
import { type CoreVerb, NORMAL } from './core-verb.ts';

export const helpVerbs: readonly CoreVerb[] = [
  {
    name: 'HELP',
    summary: 'Explains commands: HELP, HELP verb.',
    parameters: [{ label: 'TOPIC', value: { type: '$REST_OF_LINE' } }],
    routine: async (command, { interpreter, output }) => {
      const { tables } = interpreter.vocabulary;
      const topic = command.value('TOPIC') ?? '';
      const seen = new Set<string>();
      const verbs = tables
        .flatMap((each) => each.verbs)
        .filter(({ name }) => !seen.has(name) && seen.add(name));
      const lines = helpLines({ name: 'DCL', verbs }, topic, output.columns) ?? [
        '',
        `  Sorry, no documentation on ${topic.toUpperCase()}`,
        '',
      ];
      for (const line of lines) await output.writeLine(line);
      return NORMAL;
    },
  },
];
