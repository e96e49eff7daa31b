/** Terminals that broadcasts and operator messages can reach. OPCOM keeps them; sessions register theirs. */
import type { OperatorClass } from './operator-communication.ts';

/** What SET BROADCAST can refuse. */
export const broadcastKinds = ['MAIL', 'QUEUE', 'SHUTDOWN', 'GENERAL', 'OPCOM'] as const;
export type BroadcastKind = (typeof broadcastKinds)[number];

export interface TerminalDescription {
  /** `_TTA1:`, as operators read it. */
  readonly name: string;
  readonly userName: string;
}

export interface TerminalRegistration {
  /** Kinds this terminal refuses from now on: SET BROADCAST. None at first. */
  refuse(kinds: readonly BroadcastKind[]): Promise<void>;
  /** Classes of operator messages it gets from now on: REPLY/ENABLE. None at first. */
  enableOperator(classes: readonly OperatorClass[]): Promise<void>;
  close(): Promise<void>;
}

export interface TerminalRegistry {
  /** `write` gets whole lines, separated by `\n`; it must not wait. */
  register(terminal: TerminalDescription, write: (text: string) => void): Promise<TerminalRegistration>;
}
