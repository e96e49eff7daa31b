/** Operators' requests over the node's wire: both ends. A process that is gone waits for no answer: its requests are canceled. */
import type { OperatorRequests } from '../../../ports/operator-requests.ts';
import type { Connection } from './connection.ts';

const methods = [
  'addMessage',
  'nextAnswer',
  'cancel',
  'answer',
  'outstanding',
  'beginLog',
  'closeLog',
] as const satisfies readonly (keyof OperatorRequests)[];

const nameOf = (method: keyof OperatorRequests): string => `operatorRequests.${method}`;

export function serveOperatorRequests(connection: Connection, requests: OperatorRequests): void {
  const asked = new Set<number>();
  connection.handle(nameOf('ask'), async ([request]: Parameters<OperatorRequests['ask']>) => {
    const number = await requests.ask(request);
    asked.add(number);
    return number;
  });
  for (const method of methods) {
    connection.handle(nameOf(method), (args: unknown[]) =>
      (requests[method] as (...all: unknown[]) => Promise<unknown>)(...args),
    );
  }
  void connection.closed.then(() => Promise.all([...asked].map((each) => requests.cancel(each))));
}

export function operatorRequestsProxy(connection: Connection): OperatorRequests {
  const call =
    (method: keyof OperatorRequests) =>
    (...args: unknown[]): Promise<unknown> =>
      connection.call(nameOf(method), args);
  const proxy = Object.fromEntries(['ask' as const, ...methods].map((each) => [each, call(each)]));
  return proxy as unknown as OperatorRequests;
}
