/** REPLY/TO, /ABORT, /PENDING: an operator's answer to REQUEST/REPLY. Source: queues.md §15; DCL Dictionary, REPLY. */
import { defineVerb } from '../command-definition/index.ts';
import { SYSTEM } from '../condition/index.ts';
import type { AnswerKind } from '../ports/operator-requests.ts';
import type { VerbContext } from '../system/image.ts';
import type { OperatorDeps } from './deps.ts';
import { checkedText, placeOf, requireNode, requireOper } from './reply-words.ts';

const LONGEST_ANSWER = 511;

export const answerVerbs = (deps: OperatorDeps) => [
  answerVerb(deps, 'TO', 'completed', 'Answers a request; who made it waits no longer.'),
  answerVerb(
    deps,
    'ABORT',
    'aborted',
    'Tells that a request cannot be satisfied; who made it waits no longer.',
  ),
  answerVerb(deps, 'PENDING', 'pending', 'Says something to a request; who made it goes on waiting.'),
];

const answerVerb = (deps: OperatorDeps, qualifier: string, kind: AnswerKind, summary: string) =>
  defineVerb<VerbContext>({
    name: `REPLY/${qualifier}`,
    summary,
    source: `DCL Dictionary, REPLY/${qualifier}`,
    privilege: 'OPER',
    parameters: [{ label: 'MESSAGE', prompt: 'Message', summary: 'what the user reads; quote it' }],
    qualifiers: {
      [qualifier]: {
        negatable: false,
        value: { type: '$NUMBER', required: true },
        summary: 'number of the request',
      },
    },
    async routine(command, context) {
      requireOper(context);
      const text = checkedText(command, LONGEST_ANSWER);
      await requireNode(deps);
      const operator = placeOf(context).replace(/^_|:$/g, '');
      await deps.operatorRequests.answer(Number(command.value(qualifier)), { kind, text, operator });
      return SYSTEM.NORMAL.value;
    },
  });
