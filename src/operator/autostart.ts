/** ENABLE AUTOSTART/QUEUES, DISABLE AUTOSTART/QUEUES, STOP/QUEUES/ON_NODE. Source: queues.md §4.2, §5. */
import { defineVerb } from '../command-definition/index.ts';
import { SYSTEM, signal } from '../condition/index.ts';
import { JBC } from '../queue-manager/messages.ts';
import type { VerbContext } from '../system/image.ts';
import { callerOf } from '../system/queue-requests.ts';
import type { OperatorDeps } from './deps.ts';

const ON_NODE = { negatable: false, value: { required: true }, summary: 'this node' } as const;

export const autostartVerbs = ({ queueManager }: OperatorDeps) => [
  defineVerb<VerbContext>({
    name: 'ENABLE AUTOSTART/QUEUES',
    summary: 'Starts the autostart queues that are active.',
    source: 'DCL Dictionary, ENABLE AUTOSTART/QUEUES',
    privilege: 'OPER',
    qualifiers: { ON_NODE },
    async routine(command, context) {
      checkNode(command.value('ON_NODE'), context);
      await (await queueManager()).define({ kind: 'autostart', isEnabled: true }, callerOf(context));
      return SYSTEM.NORMAL.value;
    },
  }),
  defineVerb<VerbContext>({
    name: 'DISABLE AUTOSTART/QUEUES',
    summary: 'Keeps autostart queues from starting.',
    source: 'DCL Dictionary, DISABLE AUTOSTART/QUEUES',
    privilege: 'OPER',
    qualifiers: { ON_NODE },
    async routine(command, context) {
      checkNode(command.value('ON_NODE'), context);
      await (await queueManager()).define({ kind: 'autostart', isEnabled: false }, callerOf(context));
      return SYSTEM.NORMAL.value;
    },
  }),
  defineVerb<VerbContext>({
    name: 'STOP/QUEUE/ON_NODE',
    summary: 'Stops all queues of the node at once.',
    source: 'DCL Dictionary, STOP/QUEUES/ON_NODE',
    privilege: 'OPER',
    qualifiers: { ON_NODE: { negatable: false, value: {}, summary: 'this node, with or without its name' } },
    async routine(command, context) {
      checkNode(command.value('ON_NODE'), context);
      await (await queueManager()).moveManager('stopQueues', callerOf(context));
      return SYSTEM.NORMAL.value;
    },
  }),
];

/** Throws JBC NOSUCHNODE. */
function checkNode(given: string | undefined, { process }: VerbContext): void {
  if (given !== undefined && given.replace(/::$/, '').toUpperCase() !== process.nodeName)
    signal(JBC.NOSUCHNODE);
}
