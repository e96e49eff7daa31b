/** The verbs of AUTHORIZE as one table. */
import { type CommandTable, defineVerb, tableTopics } from '../../../command-definition/index.ts';
import { SYSTEM } from '../../../condition/index.ts';
import { runHelp } from '../../../system/help-dialogue.ts';
import { systemHelp } from '../../../system/help-library.ts';
import type { AuthorizeSession } from '../authorize-session.ts';
import { addVerb, copyVerb } from './add.ts';
import {
  addIdentifierVerb,
  modifyIdentifierVerb,
  removeIdentifierVerb,
  renameIdentifierVerb,
} from './identifiers.ts';
import { defaultVerb, modifyVerb } from './modify.ts';
import { removeVerb, renameVerb } from './remove.ts';
import {
  grantVerb,
  listIdentifierVerb,
  listRightsVerb,
  revokeVerb,
  showIdentifierVerb,
  showRightsVerb,
} from './rights.ts';
import { listVerb, showVerb } from './show.ts';

const exitVerb = defineVerb<AuthorizeSession>({
  name: 'EXIT',
  summary: 'Returns to DCL. CTRL/Z does the same.',
  routine(_command, session) {
    session.isEnding = true;
    return SYSTEM.NORMAL.value;
  },
});

const helpVerb = defineVerb<AuthorizeSession>({
  name: 'HELP',
  summary: 'Displays what a command does.',
  parameters: [{ label: 'TOPIC', prompt: 'Topic', value: { type: '$REST_OF_LINE' } }],
  async routine(command, session) {
    const prose = await systemHelp(session.image.process, 'UAFHELP');
    const library = { name: '', lines: [], subtopics: tableTopics([authorizeTable], [], prose) };
    await runHelp(library, command.value('TOPIC') ?? '', session.image);
    return SYSTEM.NORMAL.value;
  },
});

export const authorizeTable: CommandTable<AuthorizeSession> = {
  name: 'AUTHORIZE',
  verbs: [
    ...[addVerb, addIdentifierVerb, copyVerb, defaultVerb, exitVerb, grantVerb, helpVerb],
    ...[listVerb, listIdentifierVerb, listRightsVerb, modifyVerb, modifyIdentifierVerb],
    ...[removeVerb, removeIdentifierVerb, renameVerb, renameIdentifierVerb, revokeVerb],
    ...[showVerb, showIdentifierVerb, showRightsVerb],
  ],
};
