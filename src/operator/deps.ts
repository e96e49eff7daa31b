/** What the operator's verbs need of the node. */
import type { OperatorClass, OperatorCommunication } from '../ports/operator-communication.ts';
import type { OperatorRequests } from '../ports/operator-requests.ts';
import type { QueueManager } from '../ports/queue-manager.ts';
import type { SystemStore } from '../ports/system-store.ts';
import type { TerminalRegistration } from '../ports/terminal-registry.ts';
import type { FileSelection } from '../system/file-selection.ts';
import type { ClosedDestination } from '../system/settings/index.ts';

export interface OperatorDeps {
  /** Rejects with JBC JOBQUEDIS when no node runs. */
  readonly queueManager: () => Promise<QueueManager>;
  readonly operator: OperatorCommunication;
  readonly operatorRequests: OperatorRequests;
  readonly operatorTerminal: OperatorTerminal;
  readonly fileSelection: FileSelection;
  /** Destinations that mail waits for, STOP MAIL/DESTINATION. */
  readonly closedDestinations: () => Promise<readonly ClosedDestination[]>;
  readonly systemStore: () => Promise<SystemStore>;
}

/** The terminal of the session, as OPCOM knows it. */
export interface OperatorTerminal {
  /** Undefined without a terminal, and where no node runs. */
  readonly registration: () => Promise<TerminalRegistration | undefined>;
  /** What REPLY/ENABLE enabled. */
  classes: readonly OperatorClass[];
}
