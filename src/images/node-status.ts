/** What `vmsmail status --json` prints: the state of a whole node. */
export interface NodeStatus {
  readonly node: string;
  readonly version: string;
  readonly root: string;
  readonly processes: readonly {
    readonly name: string;
    readonly image: string;
    /** None while it waits for its restart. */
    readonly pid?: number;
    readonly state: 'starting' | 'running' | 'restarting';
    /** Since its parent started. */
    readonly restarts?: number;
  }[];
  readonly services: readonly {
    readonly service: string;
    readonly address: string;
    /** The port it really listens on. */
    readonly port: number;
    readonly enabled: boolean;
    readonly listening: boolean;
    /** Connections in hand. */
    readonly active: number;
  }[];
  /** Stopped by an operator (STOP/QUEUE/MANAGER): its process goes on, and takes nothing. */
  readonly queueManager: 'running' | 'stopped';
  /** None while the queue manager is stopped. */
  readonly queues: readonly {
    readonly name: string;
    readonly state: string;
    readonly pending: number;
    readonly holding: number;
    readonly executing: number;
    readonly retained: number;
  }[];
}
