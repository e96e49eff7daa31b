/** The operator's verbs for queues and jobs. Entries for the tables of DCL; images/ adds them. */
import type { CommandTable } from '../command-definition/index.ts';
import type { VerbContext } from '../system/image.ts';
import type { OperatorDeps } from './deps.ts';
import { deleteEntryVerb, setEntryVerb } from './entry-control.ts';
import { startQueueVerb, stopQueueVerb } from './queue-control.ts';
import { showEntryVerb, showQueueVerb } from './show-queue.ts';

export type { OperatorDeps } from './deps.ts';

export const createQueueTable = (deps: OperatorDeps): CommandTable<VerbContext> => ({
  name: 'QUEUE',
  verbs: [
    deleteEntryVerb(deps),
    setEntryVerb(deps),
    showEntryVerb(deps),
    showQueueVerb(deps),
    startQueueVerb(deps),
    stopQueueVerb(deps),
  ],
});
