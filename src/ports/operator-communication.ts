/** OPCOM: operator messages, OPERATOR.LOG, broadcasts to terminals. queues.md §15. */

/** In the order of the recorded display. */
export const operatorClasses = [
  'CENTRAL',
  'PRINTER',
  'TAPES',
  'DISKS',
  'DEVICES',
  'CARDS',
  'NETWORK',
  'CLUSTER',
  'SECURITY',
  'LICENSE',
  'OPER1',
  'OPER2',
  'OPER3',
  'OPER4',
  'OPER5',
  'OPER6',
  'OPER7',
  'OPER8',
  'OPER9',
  'OPER10',
  'OPER11',
  'OPER12',
] as const;
export type OperatorClass = (typeof operatorClasses)[number];

/** Whose entries hold alarms on their way by mail: what becomes of them is no alarm. */
export const OPCOM_USER = 'OPCOM';

/** Somebody has to come: the message leaves the node by mail, too, where the site wants that. */
export interface AlarmMark {
  /** `queue database`, `process SYMBIONT_1`: a message that is about the same is the same alarm, whatever its words. */
  readonly about: string;
  /** It is well again. */
  readonly isOver?: true;
}

export interface OperatorCommunication {
  /** A message to operators' terminals and OPERATOR.LOG. `from`: user or process name, as `INTERnet` or `QUEUE_MANAGER`. */
  operatorMessage(
    to: OperatorClass | readonly OperatorClass[],
    from: string,
    text: string,
    alarm?: AlarmMark,
  ): void;
  /**
   * To every terminal of a user, to everybody's (`*`), or to one terminal (`_FTA12:`). `kind` is what SET BROADCAST can
   * refuse. Several lines are separated by `\n`.
   */
  broadcast(to: string, kind: 'MAIL' | 'QUEUE' | 'SHUTDOWN' | 'GENERAL' | 'OPCOM', text: string): void;
}
