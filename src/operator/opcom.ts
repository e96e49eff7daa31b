/**
 * OPCOM: operator messages to OPERATOR.LOG and to operators' terminals, broadcasts to everybody's. Source: queues.md §15.
 * Runs in the queue manager's process; sessions register their terminals through the TerminalRegistry port.
 */
import { Condition, signal } from '../condition/index.ts';
import type { Clock } from '../ports/clock.ts';
import {
  type OperatorClass,
  type OperatorCommunication,
  operatorClasses,
} from '../ports/operator-communication.ts';
import type { OperatorRequests } from '../ports/operator-requests.ts';
import type {
  BroadcastKind,
  TerminalDescription,
  TerminalRegistration,
  TerminalRegistry,
} from '../ports/terminal-registry.ts';
import type { AlarmMail } from './alarm-mail/index.ts';
import { ClassedLog } from './classed-log.ts';
import { MessageCounter, type MessageCounts } from './message-severity.ts';
import { OPCOM } from './messages.ts';
import {
  answeredLine,
  canceledLine,
  opcomBlock,
  printable,
  requestBody,
  textLines,
  userMessage,
} from './opcom-message.ts';
import { RequestBook } from './request-book.ts';

/** OPERATOR.LOG: whatever appends text. */
export interface OperatorLog {
  /** Must not throw for long: an operator message is never a reason to stop. */
  append(text: string): void;
  /** Number of the version that is written now. */
  readonly version: number;
  /** What is appended from now on goes to a new version. Throws the file system's error. */
  beginVersion(): void;
}

export interface OpcomDeps {
  readonly log: OperatorLog;
  readonly clock: Clock;
  readonly nodeName: string;
  /** Hears of what somebody has to come for. */
  readonly alarms?: Pick<AlarmMail, 'raise'>;
}

export interface Opcom extends OperatorCommunication, TerminalRegistry, OperatorRequests {
  /** Names of the terminals that are there, with their users: for SHOW USERS and REPLY. */
  readonly terminals: readonly TerminalDescription[];
  /** Operator messages since the start; what OPCOM says of itself, and of requests that wait for an answer, is none. */
  readonly messageCounts: MessageCounts;
}

interface Terminal {
  readonly description: TerminalDescription;
  readonly write: (text: string) => void;
  refused: ReadonlySet<BroadcastKind>;
  classes: ReadonlySet<OperatorClass>;
}

/** Body lines to the log and to the terminals it reaches. A message of no class is about OPCOM itself. */
type Say = (
  body: readonly string[],
  reaches: (terminal: Terminal) => boolean,
  classes?: readonly OperatorClass[],
) => void;

export function createOpcom(deps: OpcomDeps): Opcom {
  const terminals = new Set<Terminal>();
  const operatorLog = new ClassedLog(deps.log);
  const counter = new MessageCounter();
  const say: Say = (body, reaches, classes) => {
    const block = opcomBlock(deps.clock.now(), body);
    operatorLog.append(`${block}\n\n`, classes);
    for (const terminal of terminals) if (reaches(terminal)) terminal.write(`${block}\n`);
  };
  const tell = (to: readonly OperatorClass[], body: readonly string[]): void =>
    say(body, ({ classes, refused }) => to.some((each) => classes.has(each)) && !refused.has('OPCOM'), to);

  return {
    get terminals() {
      return [...terminals].map(({ description }) => description);
    },
    get messageCounts() {
      return counter.counts;
    },
    operatorMessage(to, from, text, alarm) {
      counter.count(text);
      tell(typeof to === 'string' ? [to] : to, userMessage(from, deps.nodeName, text));
      if (alarm !== undefined) deps.alarms?.raise({ ...alarm, from, text });
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
    ...operatorRequests(deps, tell),
    ...logControl(operatorLog, say),
  };
}

/** REQUEST/REPLY and its answers: the operators of the request's classes and the log hear of each step. */
function operatorRequests(
  { clock, nodeName }: OpcomDeps,
  tell: (to: readonly OperatorClass[], body: readonly string[]) => void,
): Omit<OperatorRequests, 'beginLog' | 'closeLog'> {
  const book = new RequestBook();
  return {
    async ask(request) {
      const added = book.add(request);
      tell(added.classes, requestBody(added, nodeName));
      return added.number;
    },
    async addMessage(number, text) {
      const request = book.find(number);
      if (request !== undefined) tell(request.classes, requestBody({ ...request, text }, nodeName));
    },
    nextAnswer: (number) => book.nextAnswer(number),
    async cancel(number) {
      const canceled = book.remove(number);
      if (canceled !== undefined) tell(canceled.classes, [canceledLine(number, clock.now())]);
    },
    async answer(number, given) {
      const answer = { ...given, at: clock.now() };
      const { classes } = book.answer(number, answer);
      tell(classes, [answeredLine(number, answer), ...textLines(answer.text)]);
    },
    outstanding: async () => book.outstanding,
  };
}

/** Source of the texts: queues.md §15; of those about a log that was closed: HELP REPLY/NOLOG, from memory. */
function logControl(log: ClassedLog, say: Say): Pick<OperatorRequests, 'beginLog' | 'closeLog'> {
  const at =
    (name: string) =>
    ({ description }: Terminal): boolean =>
      description.name === name;
  const close = (terminal: string): void => {
    say([`Logfile was closed by operator ${terminal}`, `Logfile was ${log.name}`], at(terminal));
    log.close();
  };
  return {
    async beginLog(terminal, classes) {
      if (log.isOpen) close(terminal);
      try {
        log.begin(classes);
      } catch (error) {
        log.reopen();
        throw new Condition(OPCOM.LOGFAIL, [], { cause: error });
      }
      say([`Logfile has been initialized by operator ${terminal}`, `Logfile is ${log.name}`], at(terminal));
    },
    async closeLog(terminal) {
      if (!log.isOpen) signal(OPCOM.NOLOG);
      close(terminal);
    },
  };
}

function registration(terminal: Terminal, remove: () => void, say: Say): TerminalRegistration {
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
