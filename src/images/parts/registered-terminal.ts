/**
 * A session's terminal among those that broadcasts and operator messages reach. What it refuses (SET BROADCAST) and what
 * it is enabled for (REPLY/ENABLE) is kept here: it counts with every node the terminal is registered with, one that was
 * started again too. Source: vms-mail.md §3.10, §6.4; queues.md §15.
 */
import type { OperatorClass } from '../../ports/operator-communication.ts';
import type { Terminal } from '../../ports/session-io.ts';
import {
  type BroadcastKind,
  broadcastKinds,
  type TerminalRegistration,
  type TerminalRegistry,
} from '../../ports/terminal-registry.ts';
import { physicalName } from '../../system/device-name.ts';

export class RegisteredTerminal {
  readonly #terminal: Terminal;
  readonly #userName: string;
  #refused: ReadonlySet<BroadcastKind> = new Set();
  #classes: readonly OperatorClass[] = [];
  #node: TerminalRegistration | undefined;

  constructor(terminal: Terminal, userName: string) {
    this.#terminal = terminal;
    this.#userName = userName;
  }

  get refused(): ReadonlySet<BroadcastKind> {
    return this.#refused;
  }

  /** Broadcasts of this node come to the terminal. */
  async register(registry: TerminalRegistry): Promise<void> {
    const name = physicalName(this.#terminal.deviceName);
    const node = await registry.register({ name, userName: this.#userName }, (text) =>
      this.#terminal.broadcast(text),
    );
    this.#node = node;
    if (this.#refused.size > 0) await node.refuse([...this.#refused]);
    if (this.#classes.length > 0) await node.enableOperator(this.#classes);
  }

  /** With the node that is there now; undefined while the terminal was registered with none. */
  get registration(): TerminalRegistration | undefined {
    const node = this.#node;
    return (
      node && {
        refuse: (kinds) => {
          this.#refused = new Set(kinds);
          return node.refuse(kinds);
        },
        enableOperator: (classes) => {
          this.#classes = classes;
          return node.enableOperator(classes);
        },
        close: () => node.close(),
      }
    );
  }

  /** SET BROADCAST: `NOMAIL`, `ALL`, …, one after the other. */
  setBroadcast(keywords: readonly string[]): void {
    this.#refused = keywords.reduce(refusedAfter, this.#refused);
    // A node that is gone has forgotten the terminal: its successor is told when it comes.
    this.#node?.refuse([...this.#refused]).catch(() => {});
  }

  async close(): Promise<void> {
    await this.#node?.close().catch(() => {});
  }
}

function refusedAfter(refused: ReadonlySet<BroadcastKind>, keyword: string): ReadonlySet<BroadcastKind> {
  if (keyword === 'ALL' || keyword === 'NONONE') return new Set();
  if (keyword === 'NONE' || keyword === 'NOALL') return new Set(broadcastKinds);
  const result = new Set(refused);
  const kind = broadcastKinds.find((each) => each === keyword || `NO${each}` === keyword);
  if (kind === keyword) result.delete(kind);
  else if (kind !== undefined) result.add(kind);
  return result;
}
