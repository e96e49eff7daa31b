/** The requests that wait for an operator's answer, and the answers that nobody has taken yet. Source: queues.md §15. */
import { signal } from '../condition/index.ts';
import type { NewRequest, OutstandingRequest, RequestAnswer } from '../ports/operator-requests.ts';
import { OPCOM } from './messages.ts';

interface Entry {
  readonly request: OutstandingRequest;
  readonly answers: RequestAnswer[];
  waiting: ((answer: RequestAnswer) => void) | undefined;
  /** Answered; it stays until the user has heard of it. */
  isOver: boolean;
}

export class RequestBook {
  readonly #entries = new Map<number, Entry>();
  #last = 0;

  add(request: NewRequest): OutstandingRequest {
    this.#last += 1;
    const added = { ...request, number: this.#last };
    this.#entries.set(added.number, { request: added, answers: [], waiting: undefined, isOver: false });
    return added;
  }

  /** Undefined where it is answered, canceled, or never was. */
  find(number: number): OutstandingRequest | undefined {
    const entry = this.#entries.get(number);
    return entry === undefined || entry.isOver ? undefined : entry.request;
  }

  get outstanding(): readonly OutstandingRequest[] {
    return [...this.#entries.values()].filter(({ isOver }) => !isOver).map(({ request }) => request);
  }

  /** Throws NOSUCHREQ where no such request waits. */
  answer(number: number, answer: RequestAnswer): OutstandingRequest {
    const entry = this.#entries.get(number);
    if (entry === undefined || entry.isOver) return signal(OPCOM.NOSUCHREQ, number);
    entry.isOver = answer.kind !== 'pending';
    const { waiting } = entry;
    entry.waiting = undefined;
    if (waiting === undefined) entry.answers.push(answer);
    else this.#hand(entry, answer, waiting);
    return entry.request;
  }

  async nextAnswer(number: number): Promise<RequestAnswer> {
    const entry = this.#entries.get(number) ?? signal(OPCOM.NOSUCHREQ, number);
    return new Promise((resolve) => {
      const answer = entry.answers.shift();
      if (answer === undefined) entry.waiting = resolve;
      else this.#hand(entry, answer, resolve);
    });
  }

  /** The request, where it was still waiting. */
  remove(number: number): OutstandingRequest | undefined {
    const found = this.find(number);
    this.#entries.delete(number);
    return found;
  }

  #hand(entry: Entry, answer: RequestAnswer, take: (answer: RequestAnswer) => void): void {
    take(answer);
    if (entry.isOver && entry.answers.length === 0) this.#entries.delete(entry.request.number);
  }
}
