/** REPLY/LOG, REPLY/NOLOG: versions of OPERATOR.LOG. Source: queues.md §15; DCL Dictionary, REPLY/LOG. */
import { defineVerb } from '../command-definition/index.ts';
import { SYSTEM } from '../condition/index.ts';
import { operatorClasses } from '../ports/operator-communication.ts';
import type { VerbContext } from '../system/image.ts';
import type { OperatorDeps } from './deps.ts';
import { chosen, classList, placeOf, requireNode, requireOper } from './reply-words.ts';

export const operatorLogVerbs = (deps: OperatorDeps) => [
  defineVerb<VerbContext>({
    name: 'REPLY/LOG',
    // Other forms of REPLY have these qualifiers by themselves.
    synonyms: ['REPLY/LOG/ENABLE', 'REPLY/LOG/DISABLE', 'REPLY/LOG/ENABLE/DISABLE'],
    summary: 'Begins a new version of OPERATOR.LOG.',
    source: 'DCL Dictionary, REPLY/LOG',
    privilege: 'OPER',
    qualifiers: {
      LOG: { negatable: false },
      ENABLE: { negatable: false, value: classList, summary: 'only these classes are logged' },
      DISABLE: { negatable: false, value: classList, summary: 'these classes are not logged' },
    },
    async routine(command, context) {
      requireOper(context);
      await requireNode(deps);
      const enabled = chosen(command, 'ENABLE') ?? operatorClasses;
      const disabled = chosen(command, 'DISABLE') ?? (command.present('DISABLE') ? operatorClasses : []);
      const logged = enabled.filter((each) => !disabled.includes(each));
      await deps.operatorRequests.beginLog(placeOf(context), logged);
      return SYSTEM.NORMAL.value;
    },
  }),
  defineVerb<VerbContext>({
    name: 'REPLY/NOLOG',
    summary: 'Closes OPERATOR.LOG: nothing is logged until REPLY/LOG.',
    source: 'DCL Dictionary, REPLY/NOLOG',
    privilege: 'OPER',
    qualifiers: { NOLOG: { negatable: false } },
    async routine(_command, context) {
      requireOper(context);
      await requireNode(deps);
      await deps.operatorRequests.closeLog(placeOf(context));
      return SYSTEM.NORMAL.value;
    },
  }),
];
