/** The operator's verbs for queues and jobs. Entries for the tables of DCL; images/ adds them. */
import type { CommandTable } from '../command-definition/index.ts';
import type { VerbContext } from '../system/image.ts';
import { autostartVerbs } from './autostart.ts';
import {
  defineCharacteristicVerb,
  defineFormVerb,
  deleteCharacteristicVerb,
  deleteFormVerb,
} from './define-form.ts';
import type { OperatorDeps } from './deps.ts';
import { deleteEntryVerb, setEntryVerb } from './entry-control.ts';
import { intrusionVerbs } from './intrusion-verbs.ts';
import { printVerb } from './print.ts';
import { assignQueueVerb, deassignQueueVerb, mergeQueueVerb } from './queue-assignment.ts';
import { setQueueVerb, startQueueVerb, stopQueueVerb } from './queue-control.ts';
import { deleteQueueVerb, initializeQueueVerb } from './queue-definition.ts';
import { startManagerVerb, stopManagerVerb } from './queue-manager-control.ts';
import { queueSecurityVerbs } from './queue-security.ts';
import { replyVerb } from './reply.ts';
import { answerVerbs } from './reply-answer.ts';
import { operatorTerminalVerbs } from './reply-enable.ts';
import { operatorLogVerbs } from './reply-log.ts';
import { requestVerb } from './request.ts';
import { setRestartValueVerb } from './set-restart-value.ts';
import { showEntryVerb } from './show-entry.ts';
import { showQueueVerb } from './show-queue.ts';
import { showCharacteristicsVerb, showFormVerb, showManagersVerb } from './show-queue-properties.ts';
import { submitVerb } from './submit.ts';
import { synchronizeVerb } from './synchronize.ts';

export const createQueueTable = (deps: OperatorDeps): CommandTable<VerbContext> => ({
  name: 'QUEUE',
  verbs: [
    ...autostartVerbs(deps),
    assignQueueVerb(deps),
    deassignQueueVerb(deps),
    mergeQueueVerb(deps),
    defineCharacteristicVerb(deps),
    defineFormVerb(deps),
    deleteCharacteristicVerb(deps),
    deleteFormVerb(deps),
    printVerb(deps),
    startManagerVerb(deps),
    stopManagerVerb(deps),
    deleteEntryVerb(deps),
    deleteQueueVerb(deps),
    initializeQueueVerb(deps),
    ...intrusionVerbs(deps),
    ...operatorTerminalVerbs(deps),
    ...operatorLogVerbs(deps),
    ...answerVerbs(deps),
    replyVerb(deps),
    requestVerb(deps),
    setEntryVerb(deps),
    showEntryVerb(deps),
    showQueueVerb(deps),
    showCharacteristicsVerb(deps),
    showFormVerb(deps),
    showManagersVerb(deps),
    setQueueVerb(deps),
    ...queueSecurityVerbs(deps),
    setRestartValueVerb(deps),
    startQueueVerb(deps),
    stopQueueVerb(deps),
    submitVerb(deps),
    synchronizeVerb(deps),
  ],
});
