/** EDIT: a file, before it is mailed. Source: vms-mail.md §2.10. */
import { defineVerb } from '../../../command-definition/index.ts';
import { Condition, signal } from '../../../condition/index.ts';
import { editFile } from '../../../system/editing.ts';
import { MAIL } from '../../index.ts';
import { editorOf, withEditor } from '../editor.ts';
import type { MailSession } from '../mail-session.ts';
import { openFailure } from '../text-files.ts';

const file = { value: { type: '$FILE' } } as const;

export const editVerb = defineVerb<MailSession>({
  name: 'EDIT',
  summary: 'Edits a file before you mail it.',
  source: 'vms-mail.md §2.10',
  help: `The editor is that of your terminal, see Editors. A new version of the file is written when
you have changed it.`,
  parameters: [
    { label: 'FILE', prompt: 'File', required: true, value: { type: '$FILE' }, summary: 'file to edit' },
  ],
  qualifiers: {
    COMMAND: { ...file, summary: 'accepted: the editor reads its own start-up files' },
    CREATE: { default: true, summary: 'a file that does not exist is made; /NOCREATE: it has to be there' },
    JOURNAL: { ...file, summary: 'accepted: the editor keeps what it keeps' },
    OUTPUT: { value: { required: true, type: '$FILE' }, summary: 'file to write instead' },
    READ_ONLY: { summary: 'to look at the file: nothing is written' },
    RECOVER: { summary: 'accepted: the editor recovers what it can' },
  },
  routine: async (command, session) => {
    const editor = editorOf(session, await session.mail.profile(session.userName));
    if (editor.kind === 'procedure') signal(MAIL.NOTCALEDT);
    const { process } = session.image;
    const specification = await session.resolveFile(command.value('FILE') ?? '');
    const output = command.value('OUTPUT');
    try {
      if (command.negated('CREATE')) await process.files.lookup(specification);
      const written = await withEditor(session, editor, async () =>
        editFile(session.image, {
          specification,
          output: output === undefined ? undefined : await session.resolveFile(output),
          isReadOnly: command.present('READ_ONLY') || command.negated('OUTPUT'),
          signal: session.image.signal,
        }),
      );
      if (written !== undefined) {
        const lines = written.records === 1 ? '1 line' : `${written.records} lines`;
        await session.write(`${lines} written to file ${written.specification}`);
      }
    } catch (error) {
      if (!(error instanceof Condition) || error.definition.facility !== 'RMS') throw error;
      throw openFailure(error, 'OPENIN', specification);
    }
    return undefined;
  },
});
