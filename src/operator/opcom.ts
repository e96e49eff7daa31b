/**
 * OPCOM: operator messages to OPERATOR.LOG and to operators' terminals, broadcasts to everybody's. Source: queues.md §15.
 * Runs in the queue manager's process; sessions register their terminals through the TerminalRegistry port.
 */
import type { Clock } from '../ports/clock.ts';
import {
  type OperatorClass,
  type OperatorCommunication,
  operatorClasses,
} from '../ports/operator-communication.ts';
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
    for (const terminal of terminals) if (reaches(terminal)) terminal.write(`${block}\n`);
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
    broadcast(to, kind, text) {
      for (const { description, refused, write } of terminals) {
        if (isMeant(to, description) && !refused.has(kind)) write(printable(text));
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

/** A name that ends in a colon is a terminal's; with or without its underscore. */
function isMeant(to: string, { name, userName }: TerminalDescription): boolean {
  const plain = (text: string): string => text.toUpperCase().replace(/^_/, '');
  if (to === '*') return true;
  return to.endsWith(':') ? plain(to) === plain(name) : to.toUpperCase() === userName.toUpperCase();
}

/** Comma list, broken where the recorded one is. */
function classLines(classes: readonly OperatorClass[]): string[] {
  const names = operatorClasses.filter((each) => classes.includes(each));
  const lines: string[] = [];
  for (const [index, name] of names.entries()) {
    const word = index === names.length - 1 ? name : `${name},`;
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= LINE_WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const LINE_WIDTH = 80;
