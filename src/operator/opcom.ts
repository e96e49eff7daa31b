/**
 * OPCOM: operator messages to OPERATOR.LOG and to operators' terminals, broadcasts to everybody's. Source: queues.md §15.
 * Runs in the queue manager's process; sessions register their terminals through the TerminalRegistry port.
 */
import type { Clock } from '../ports/clock.ts';
import type { OperatorClass, OperatorCommunication } from '../ports/operator-communication.ts';
import type {
  BroadcastKind,
  TerminalDescription,
  TerminalRegistration,
  TerminalRegistry,
} from '../ports/terminal-registry.ts';
import { opcomBlock, printable, userMessage } from './opcom-message.ts';

/** OPERATOR.LOG: whatever appends text. */
export interface OperatorLog {
  /** Must not throw for long: an operator message is never a reason to stop. */
  append(text: string): void;
}

export interface OpcomDeps {
  readonly log: OperatorLog;
  readonly clock: Clock;
  readonly nodeName: string;
}

export interface Opcom extends OperatorCommunication, TerminalRegistry {
  /** Names of the terminals that are there, with their users: for SHOW USERS and REPLY. */
  readonly terminals: readonly TerminalDescription[];
}

interface Terminal {
  readonly description: TerminalDescription;
  readonly write: (text: string) => void;
  refused: ReadonlySet<BroadcastKind>;
  classes: ReadonlySet<OperatorClass>;
}

export function createOpcom(deps: OpcomDeps): Opcom {
  const terminals = new Set<Terminal>();
  const say = (body: readonly string[], reaches: (terminal: Terminal) => boolean): void => {
    const block = opcomBlock(deps.clock.now(), body);
    deps.log.append(`${block}\n\n`);
    for (const terminal of terminals) if (reaches(terminal)) terminal.write(block);
  };

  return {
    get terminals() {
      return [...terminals].map(({ description }) => description);
    },
    operatorMessage(operatorClass, from, text) {
      say(
        userMessage(from, deps.nodeName, text),
        ({ classes, refused }) => classes.has(operatorClass) && !refused.has('OPCOM'),
      );
    },
    broadcast(userName, kind, text) {
      const wanted = userName.toUpperCase();
      for (const { description, refused, write } of terminals) {
        if (wanted !== '*' && wanted !== description.userName.toUpperCase()) continue;
        if (!refused.has(kind)) write(printable(text));
      }
    },
    async register(description, write) {
      const terminal: Terminal = { description, write, refused: new Set(), classes: new Set() };
      terminals.add(terminal);
      return registration(terminal, () => terminals.delete(terminal), say);
    },
  };
}

function registration(
  terminal: Terminal,
  remove: () => void,
  say: (body: readonly string[], reaches: (terminal: Terminal) => boolean) => void,
): TerminalRegistration {
  const { name, userName } = terminal.description;
  const here = (each: Terminal): boolean => each === terminal;
  return {
    async refuse(kinds) {
      terminal.refused = new Set(kinds);
    },
    async enableOperator(classes) {
      const wasEnabled = terminal.classes.size > 0;
      terminal.classes = new Set(classes);
      if (classes.length === 0) {
        if (wasEnabled) say([`Operator ${name} has been disabled, username ${userName}`], here);
        return;
      }
      if (!wasEnabled) say([`Operator ${name} has been enabled, username ${userName}`], here);
      say([`Operator status for operator ${name}`, ...classLines(classes)], here);
    },
    async close() {
      remove();
    },
  };
}

/** The order of the recorded display. */
const classOrder = [
  'CENTRAL',
  'DEVICES',
  'NETWORK',
  'CLUSTER',
  'SECURITY',
  'LICENSE',
  'OPER1',
] as const satisfies readonly OperatorClass[];

const classLines = (classes: readonly OperatorClass[]): string[] => [
  classOrder.filter((each) => classes.includes(each)).join(', '),
];
