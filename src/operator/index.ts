/** The operator's verbs for queues and jobs. Entries for the tables of DCL; images/ adds them. */
import type { CommandTable } from '../command-definition/index.ts';
import type { VerbContext } from '../system/image.ts';
import type { OperatorDeps } from './deps.ts';
import { deleteEntryVerb, setEntryVerb } from './entry-control.ts';
import { setQueueVerb, startQueueVerb, stopQueueVerb } from './queue-control.ts';
import { replyVerbs } from './reply.ts';
import { showEntryVerb } from './show-entry.ts';
import { showQueueVerb } from './show-queue.ts';
import { showCharacteristicsVerb, showFormVerb, showManagersVerb } from './show-queue-properties.ts';

export type { OperatorDeps, OperatorTerminal } from './deps.ts';

export const createQueueTable = (deps: OperatorDeps): CommandTable<VerbContext> => ({
  name: 'QUEUE',
  verbs: [
    deleteEntryVerb(deps),
    ...replyVerbs(deps),
    setEntryVerb(deps),
    showEntryVerb(deps),
    showQueueVerb(deps),
    showCharacteristicsVerb,
    showFormVerb,
    showManagersVerb(deps),
    setQueueVerb(deps),
    startQueueVerb(deps),
    stopQueueVerb(deps),
  ],
});
