/** `$ ACCOUNTING`: what stands in the accounting file. The display is loaded when somebody asks for it. */
import { type CommandTable, defineVerb } from '../../command-definition/index.ts';
import type { VerbContext } from '../../system/image.ts';

const time = { negatable: false, value: { type: '$DATETIME', default: 'TODAY' } } as const;

export const accountingTable: CommandTable<VerbContext> = {
  name: 'ACCOUNTING',
  verbs: [
    defineVerb<VerbContext>({
      name: 'ACCOUNTING',
      summary: 'Displays records of the accounting file: clients that the SMTP receiver refused.',
      source: 'System Management Utilities Reference, ACCOUNTING',
      parameters: [{ label: 'FILESPEC', prompt: 'File', value: { type: '$INFILE' } }],
      qualifiers: {
        BEFORE: time,
        BRIEF: { negatable: false, summary: 'a line for each; the default' },
        FULL: { negatable: false, summary: 'all of each record' },
        OUTPUT: { negatable: false, value: { type: '$OUTFILE', required: true } },
        SINCE: time,
        TYPE: {
          negatable: false,
          value: { required: true, list: true, keywords: { USER: {} } },
          summary: 'USER: what programs noted; there are no other records here',
        },
        USER: { negatable: false, value: { required: true, list: true }, summary: 'of these users' },
      },
      disallow: ['BRIEF AND FULL'],
      routine: async (command, context) =>
        (await import('./show-accounting.ts')).showAccounting(command, context),
    }),
  ],
};
