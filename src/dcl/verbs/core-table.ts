/** The interpreter's own verbs as one command table. It is added behind the tables a session is given. */
import type { CommandTable } from '../../command-definition/index.ts';
import type { VerbContext } from '../../system/image.ts';
import { editVerb } from './edit.ts';
import { fileVerbs } from './file-commands/index.ts';
import { flowVerbs } from './flow.ts';
import { helpVerbs } from './help.ts';
import { logicalNameVerbs } from './logical-names.ts';
import { nameTableVerb } from './name-tables.ts';
import { openVerbs } from './open-close.ts';
import { processVerbs } from './process/index.ts';
import { readVerbs } from './read-inquire.ts';
import { setCommandVerb } from './set-command.ts';
import { settingVerbs } from './settings.ts';
import { showLogicalVerbs } from './show-logical.ts';
import { machineVerbs } from './show-machine.ts';
import { subprocessVerbs } from './subprocesses.ts';
import { symbolVerbs } from './symbols.ts';
import { terminalVerbs } from './terminal/index.ts';

// The interpreter gives these routines more than a VerbContext (CoreContext); other tables never see it.
export const coreTable = {
  name: 'DCL',
  verbs: [
    ...flowVerbs,
    ...symbolVerbs,
    ...openVerbs,
    ...readVerbs,
    ...logicalNameVerbs,
    nameTableVerb,
    ...showLogicalVerbs,
    ...settingVerbs,
    ...processVerbs,
    ...terminalVerbs,
    ...machineVerbs,
    setCommandVerb,
    ...subprocessVerbs,
    editVerb,
    ...fileVerbs,
    ...helpVerbs,
  ],
} as unknown as CommandTable<VerbContext>;
