/** Requests of users that operators answer, and the operator log. OPCOM keeps them. Source: queues.md §15. */
import type { OperatorClass } from './operator-communication.ts';

export interface NewRequest {
  readonly classes: readonly OperatorClass[];
  readonly userName: string;
  readonly text: string;
}

/** A request that waits for its answer. */
export interface OutstandingRequest extends NewRequest {
  /** What REPLY/TO names; counted from 1 since OPCOM was started. */
  readonly number: number;
}

/** What an operator did with a request. After `pending` the user goes on waiting. */
export interface RequestAnswer {
  readonly kind: AnswerKind;
  /** '' without a text. */
  readonly text: string;
  /** The terminal, `OPA0`. */
  readonly operator: string;
  readonly at: number;
}
export type AnswerKind = 'completed' | 'aborted' | 'pending';

export interface OperatorRequests {
  /** Tells the operators of these classes. Resolves to the number of the request. */
  ask(request: NewRequest): Promise<number>;
  /** A further message of the user about his request. Nothing happens where it is over. */
  addMessage(request: number, text: string): Promise<void>;
  /** The next answer, which may have come before the call. Rejects with OPCOM NOSUCHREQ for one that is over. */
  nextAnswer(request: number): Promise<RequestAnswer>;
  /** The user waits no longer; the operators are told. Nothing happens where it is over. */
  cancel(request: number): Promise<void>;

  /** Rejects with OPCOM NOSUCHREQ where no such request waits. */
  answer(request: number, answer: Omit<RequestAnswer, 'at'>): Promise<void>;
  outstanding(): Promise<readonly OutstandingRequest[]>;
  /**
   * Begins a new version of OPERATOR.LOG. Rejects with OPCOM LOGFAIL where none can be made.
   * @param terminal  who asked for it, `_FTA2:`
   * @param classes  what is logged from now on
   */
  beginLog(terminal: string, classes: readonly OperatorClass[]): Promise<void>;
  /** Nothing is logged until a log is begun. Rejects with OPCOM NOLOG where none is open. */
  closeLog(terminal: string): Promise<void>;
}
