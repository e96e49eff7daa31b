/** The verbs of AUTHORIZE as one table. */
import type { CommandTable } from '../../../command-definition/index.ts';
import { exitVerb, helpVerb } from '../../utility-verbs.ts';
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

export const authorizeTable: CommandTable<AuthorizeSession> = {
  name: 'AUTHORIZE',
  verbs: [
    ...[
      addVerb,
      addIdentifierVerb,
      copyVerb,
      defaultVerb,
      exitVerb<AuthorizeSession>(),
      grantVerb,
      helpVerb<AuthorizeSession>('UAFHELP', () => authorizeTable),
    ],
    ...[listVerb, listIdentifierVerb, listRightsVerb, modifyVerb, modifyIdentifierVerb],
    ...[removeVerb, removeIdentifierVerb, renameVerb, renameIdentifierVerb, revokeVerb],
    ...[showVerb, showIdentifierVerb, showRightsVerb],
  ],
};
