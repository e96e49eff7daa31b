/** START/QUEUE/MANAGER and STOP/QUEUE/MANAGER. Source: queues.md §3. */
import { defineVerb } from '../command-definition/index.ts';
import { SYSTEM, signal } from '../condition/index.ts';
import { QUEUE_MANAGER_NAME } from '../queue-manager/default-form.ts';
import { JBC } from '../queue-manager/messages.ts';
import type { VerbContext } from '../system/image.ts';
import { callerOf } from '../system/queue-requests.ts';
import type { OperatorDeps } from './deps.ts';

const NAME = { negatable: false, value: { required: true }, summary: 'SYS$QUEUE_MANAGER' } as const;

export const startManagerVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'START/QUEUE/MANAGER',
    summary: 'Starts the queue manager that was stopped.',
    source: 'DCL Dictionary, START/QUEUE/MANAGER',
    privilege: 'SYSNAM',
    parameters: [{ label: 'DIRECTORY', prompt: 'Directory', value: {} }],
    qualifiers: {
      ADD: { negatable: false, summary: 'a second one: there is one' },
      NAME_OF_MANAGER: NAME,
      NEW_VERSION: { negatable: false, summary: 'destroys all queues and all jobs, mail too' },
      ON: { negatable: false, value: { list: true, required: true }, summary: 'this node, or *' },
    },
    async routine(command, context) {
      checkName(command.value('NAME_OF_MANAGER'));
      if (command.present('ADD')) signal(JBC.QMGREXISTS);
      // The database stays where the node has it.
      if (command.present('DIRECTORY')) signal(JBC.QMANNOTSTARTED);
      const nodes = command.values('ON').map((each) => each.replace(/::$/, '').toUpperCase());
      if (nodes.some((each) => each !== '*' && each !== context.process.nodeName)) signal(JBC.NOSUCHNODE);
      const manager = await queueManager();
      await manager.moveManager(command.present('NEW_VERSION') ? 'new' : 'start', callerOf(context));
      return SYSTEM.NORMAL.value;
    },
  });

export const stopManagerVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'STOP/QUEUE/MANAGER',
    summary: 'Stops the queue manager; queues and jobs stay as they are.',
    source: 'DCL Dictionary, STOP/QUEUE/MANAGER/CLUSTER',
    privilege: 'SYSNAM',
    qualifiers: {
      CLUSTER: { negatable: false, summary: 'of all nodes: of this one' },
      NAME_OF_MANAGER: NAME,
    },
    async routine(command, context) {
      checkName(command.value('NAME_OF_MANAGER'));
      await (await queueManager()).moveManager('stop', callerOf(context));
      return SYSTEM.NORMAL.value;
    },
  });

function checkName(given: string | undefined): void {
  if (given !== undefined && given.toUpperCase() !== QUEUE_MANAGER_NAME) signal(JBC.NOSUCHQMGR);
}
