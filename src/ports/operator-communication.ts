/** OPCOM: operator messages, OPERATOR.LOG, broadcasts to terminals. queues.md §15. */
export type OperatorClass = 'CENTRAL' | 'NETWORK' | 'DEVICES' | 'SECURITY' | 'CLUSTER' | 'LICENSE' | 'OPER1';

export interface OperatorCommunication {
  /** A message to operators' terminals and OPERATOR.LOG. `from`: user or process name, as `INTERnet` or `QUEUE_MANAGER`. */
  operatorMessage(operatorClass: OperatorClass, from: string, text: string): void;
  /** To every terminal of a user, or of everybody (`*`). `kind` is what SET BROADCAST can refuse. */
  broadcast(userName: string, kind: 'MAIL' | 'QUEUE' | 'SHUTDOWN' | 'GENERAL' | 'OPCOM', text: string): void;
}
