/**
 * REQUEST: a message to operators; with /REPLY it waits for their answer. Ctrl/C while it waits takes a further message, and
 * Ctrl/Z there cancels the request. Source: queues.md §15; the lines of that dialogue from the DCL Dictionary, from memory.
 */
import { defineVerb } from '../command-definition/index.ts';
import {
  Condition,
  condition,
  conditionLines,
  INHIBIT_MESSAGE,
  JBC,
  SYSTEM,
  signal,
} from '../condition/index.ts';
import type { OperatorClass } from '../ports/operator-communication.ts';
import type { RequestAnswer } from '../ports/operator-requests.ts';
import type { VerbContext } from '../system/image.ts';
import { formatTime } from '../vms-time/index.ts';
import type { OperatorDeps } from './deps.ts';
import { OPCOM } from './messages.ts';
import { answeredLine } from './opcom-message.ts';
import { checkedText, chosen, classList, requireNode } from './reply-words.ts';

const LONGEST_REQUEST = 128;

export const requestVerb = (deps: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'REQUEST',
    summary: 'Sends a message to operators.',
    source: 'DCL Dictionary, REQUEST',
    parameters: [{ label: 'MESSAGE', prompt: 'Message', required: true }],
    qualifiers: {
      REPLY: { negatable: false, summary: 'waits for the answer of an operator; Ctrl/C cancels' },
      TO: { negatable: false, value: { ...classList, required: true }, summary: 'default: CENTRAL' },
    },
    async routine(command, context) {
      const text = checkedText(command, LONGEST_REQUEST);
      await requireNode(deps);
      const classes: readonly OperatorClass[] = chosen(command, 'TO') ?? ['CENTRAL'];
      const { userName } = context.process.account;
      if (command.present('REPLY'))
        return answerOf(await deps.operatorRequests.ask({ classes, userName, text }), deps, context);
      deps.operator.operatorMessage(classes, userName, text);
      return SYSTEM.NORMAL.value;
    },
  });

/** Waits until the request is completed, aborted or canceled. */
async function answerOf(number: number, deps: OperatorDeps, context: VerbContext): Promise<number> {
  const { operatorRequests: requests } = deps;
  const { output } = context;
  const notify = async (): Promise<void> => {
    const time = formatTime(context.process.clock.now()).slice(12);
    await output.writeLine(condition(OPCOM.OPRNOTIF, time).message);
  };
  await notify();
  let next: Promise<RequestAnswer> | undefined;
  for (;;) {
    next ??= requests.nextAnswer(number).catch(nodeIsGone);
    const event = await heard(next, context);
    if (event === 'abort') {
      await requests.cancel(number);
      return SYSTEM.ABORT.value | INHIBIT_MESSAGE;
    }
    if (event === 'interrupt') {
      const text = await furtherMessage(context);
      await (text === undefined ? requests.cancel(number) : requests.addMessage(number, text));
      await notify();
      if (text === undefined) return signal(OPCOM.RQSTCAN);
      continue;
    }
    next = undefined;
    for (const line of answerLines(number, event)) await output.writeLine(line);
    if (event.kind === 'aborted') return signal(OPCOM.RQSTABORT);
    if (event.kind === 'completed') return SYSTEM.NORMAL.value;
  }
}

/** The request has gone with it. */
function nodeIsGone(error: unknown): never {
  if (error instanceof Condition && error.value === JBC.JOBQUEDIS.value) return signal(OPCOM.NOOPCOM);
  throw error;
}

/** The operator's text, and who it came from. */
const answerLines = (number: number, answer: RequestAnswer): readonly string[] => [
  ...(answer.text === '' ? [] : conditionLines(condition(OPCOM.OPREPLY, answer.text))),
  answeredLine(number, answer),
];

/** The answer; Ctrl/C at the terminal; or that the command is aborted: Ctrl/Y, the end of the session or of the batch job. */
async function heard(
  answer: Promise<RequestAnswer>,
  { process, signal: aborted }: VerbContext,
): Promise<RequestAnswer | 'interrupt' | 'abort'> {
  let release = (): void => {};
  const key = new Promise<'interrupt' | 'abort'>((resolve) => {
    const abort = (): void => resolve('abort');
    aborted.addEventListener('abort', abort, { once: true });
    if (aborted.aborted) abort();
    const stopListening = process.terminal?.onControlKey((pressed) => {
      if (pressed !== 'C') return undefined;
      resolve('interrupt');
      return true;
    });
    release = () => {
      stopListening?.();
      aborted.removeEventListener('abort', abort);
    };
  });
  try {
    return await Promise.race([answer, key]);
  } finally {
    // Nobody may be left to hear that the node has gone.
    answer.catch(() => {});
    release();
  }
}

/** Undefined: the request is canceled. */
async function furtherMessage({ command, output }: VerbContext): Promise<string | undefined> {
  await output.writeLine('REQUEST-Enter message or cancel with ^Z');
  const result = await command.read({ prompt: 'REQUEST-Message?' });
  return result.kind === 'record' ? result.text.slice(0, LONGEST_REQUEST) : undefined;
}
