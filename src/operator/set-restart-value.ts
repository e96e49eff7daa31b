/** SET RESTART_VALUE: what a batch job finds in BATCH$RESTART when it has to begin again. Source: queues.md §10. */
import { defineVerb } from '../command-definition/index.ts';
import { SYSTEM } from '../condition/index.ts';
import type { VerbContext } from '../system/image.ts';
import { callerOf } from '../system/queue-requests.ts';
import type { OperatorDeps } from './deps.ts';

export const setRestartValueVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'SET RESTART_VALUE',
    summary: 'Says where a batch job can go on after a restart.',
    source: 'DCL Dictionary, SET RESTART_VALUE',
    value: { required: true },
    async routine(command, context) {
      const { entry } = context.process;
      // Nothing that could be restarted: a procedure that is tried out at a terminal goes on.
      if (entry === undefined) return SYSTEM.NORMAL.value;
      await (await queueManager()).setRestartValue(
        entry,
        command.value('RESTART_VALUE') ?? '',
        callerOf(context),
      );
      return SYSTEM.NORMAL.value;
    },
  });
