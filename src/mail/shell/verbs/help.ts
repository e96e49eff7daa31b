/** HELP. Source: vms-mail.md §2.17. */
import {
  type CommandTable,
  defineVerb,
  type HelpTopic,
  tableTopics,
  type VerbDefinition,
} from '../../../command-definition/index.ts';
import { runHelp } from '../../../system/help-dialogue.ts';
import { systemHelp } from '../../../system/help-library.ts';
import { keypadPicture } from '../keypad.ts';
import type { MailSession } from '../mail-session.ts';

const INTRODUCTION = [
  'MAIL sends messages to users of this system and of others, and lets you',
  'read, answer, file and delete the messages you receive.',
  '',
  'Type READ, or press RETURN, to read your mail; SEND to send a message;',
  'DIRECTORY to see what you have; EXIT to leave.',
];

export const SET_SHOW = {
  name: 'SET-SHOW',
  words: ['SET', 'SHOW'],
  lines: ['SET changes, and SHOW displays, settings of MAIL. They last until you change them.'],
};

/** vms-mail.md §1.6, §2.18 */
const keypadTopic = (): HelpTopic => ({
  name: 'KEYPAD',
  lines: [
    'Each key types a command; the lower one is for the key after PF1 (GOLD).',
    'DEFINE/KEY gives a key another meaning, SHOW KEY shows what it has.',
    '',
    ...keypadPicture(),
  ],
  subtopics: [],
});

/** @param table  the table HELP itself belongs to, asked when HELP runs */
export const helpVerb = (table: () => CommandTable<MailSession>): VerbDefinition<MailSession> =>
  defineVerb<MailSession>({
    name: 'HELP',
    summary: 'Explains MAIL and its commands.',
    source: 'vms-mail.md §2.17',
    parameters: [
      { label: 'TOPIC', prompt: 'Topic', value: { type: '$REST_OF_LINE' }, summary: 'what to explain' },
    ],
    routine: async (command, { input, output, image: { process } }) => {
      const prose = await systemHelp(process, 'MAILHELP');
      const topics = tableTopics([table()], [SET_SHOW], [...prose, keypadTopic()]);
      const library = { name: '', lines: INTRODUCTION, subtopics: topics };
      await runHelp(library, command.value('TOPIC') ?? '', { input, output });
      return undefined;
    },
  });
