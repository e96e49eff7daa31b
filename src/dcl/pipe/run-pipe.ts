/**
 * PIPE. What stands between `;`, `&&` and `||` runs in this process, so that the symbols it sets stay; the segments of a
 * pipeline, a subshell in parentheses and what stands before `&` are subprocesses. $STATUS is that of the last segment.
 * Source: dcl.md §15.
 */
import { DCL } from '../../command-definition/index.ts';
import { Condition, isSuccess } from '../../condition/index.ts';
import type { SessionInput, SessionOutput } from '../../ports/session-io.ts';
import { type Command, cookCommand } from '../command.ts';
import { executeCommand, type Outcome } from '../execute.ts';
import type { Interpreter } from '../interpreter.ts';
import type { Level } from '../level.ts';
import type { Statement } from '../statement.ts';
import { startSubprocess } from '../subprocess.ts';
import { PipeChannel } from './pipe-channel.ts';
import type { PipeItem, PipeList, PipeSegment } from './pipe-parser.ts';
import { openRedirections } from './redirections.ts';

/** Commands that belong to the lines of a procedure. */
const notInPipes: ReadonlySet<Statement['kind']> = new Set([
  ...(['then', 'else', 'endif', 'subroutine', 'endsubroutine'] as const),
  ...(['goto', 'gosub', 'return', 'on', 'data'] as const),
]);

/**
 * Runs the parts one after the other. The last status; messages have been shown.
 * @param depth  commands it stands in
 */
export async function runPipe(
  interpreter: Interpreter,
  level: Level,
  list: PipeList,
  depth: number,
): Promise<number> {
  let runs = true;
  for (const item of list.items) {
    if (runs) await runItem(interpreter, level, item, depth);
    if (interpreter.isOver || interpreter.stopTo !== undefined || level.end !== undefined) break;
    // Skipped, `a` keeps its status: A && B || C runs C when A or B has failed.
    if (item.next === '&&') runs = isSuccess(interpreter.status);
    else runs = item.next !== '||' || !isSuccess(interpreter.status);
  }
  return interpreter.status;
}

async function runItem(interpreter: Interpreter, level: Level, item: PipeItem, depth: number): Promise<void> {
  const [first, ...others] = item.segments;
  if (item.next === '&') return inBackground(interpreter, item);
  if (others.length > 0) await runPipeline(interpreter, item.segments);
  else if (typeof first!.command === 'string') await runHere(interpreter, level, first!, depth);
  else await runPipeline(interpreter, [first!]);
}

/** In this process, with the level's streams redirected. */
async function runHere(
  interpreter: Interpreter,
  level: Level,
  segment: PipeSegment,
  depth: number,
): Promise<void> {
  const { command } = segment;
  await interpreter.attempt(async () => {
    const { streams, close } = await openRedirections(interpreter, level, segment);
    const before = level.streams;
    level.streams = {
      output: streams.output ?? before.output,
      error: streams.error ?? before.error,
      input: streams.input ?? before.input,
    };
    try {
      return await (typeof command === 'string'
        ? interpreter.attempt(() => executeSegment(interpreter, level, command, depth))
        : runPipe(interpreter, level, command, depth));
    } finally {
      level.streams = before;
      await close();
    }
  });
}

function executeSegment(interpreter: Interpreter, level: Level, text: string, depth: number): Outcome {
  if (/^[A-Z0-9$_]+:(?![=:])/.test(text)) throw new Condition(DCL.LBLNOTALLINPIP);
  const command = interpreter.vocabulary.command(cookCommand(text));
  if (interpreter.symbols.verb(command.word) === undefined && belongsToLines(command, interpreter)) {
    throw new Condition(DCL.CMDNOTALLINPIP);
  }
  return executeCommand(interpreter, level, command, undefined, depth + 1);
}

function belongsToLines(command: Command, { vocabulary }: Interpreter): boolean {
  if (command.hasAmpersands) return false;
  const statement = command.statement(vocabulary);
  return notInPipes.has(statement.kind) || (statement.kind === 'if' && statement.clause === undefined);
}

/** A subprocess for each segment, all at the same time, joined by channels. */
async function runPipeline(interpreter: Interpreter, segments: readonly PipeSegment[]): Promise<void> {
  await interpreter.attempt(() =>
    interpreter.interrupts.interruptible(async (signal) => {
      const running: Promise<number>[] = [];
      let left: PipeChannel | undefined;
      for (const [index, segment] of segments.entries()) {
        const broken = new AbortController();
        const right = index < segments.length - 1 ? new PipeChannel(() => broken.abort()) : undefined;
        const ends = { pipe: left, output: right, signal: AbortSignal.any([signal, broken.signal]) };
        running.push(runSegment(interpreter, segment, ends));
        left = right;
      }
      const statuses = await Promise.all(running);
      return statuses.at(-1)!;
    }),
  );
}

interface SegmentEnds {
  readonly pipe: PipeChannel | undefined;
  readonly output: PipeChannel | undefined;
  readonly signal: AbortSignal;
}

async function runSegment(
  parent: Interpreter,
  segment: PipeSegment,
  { pipe, output, signal }: SegmentEnds,
): Promise<number> {
  try {
    return await startSegment(parent, segment, { pipe, output, signal });
  } finally {
    output?.endWriting();
    pipe?.endReading();
  }
}

function startSegment(
  parent: Interpreter,
  segment: PipeSegment,
  ends: {
    readonly pipe: SessionInput | undefined;
    readonly output: SessionOutput | undefined;
    readonly signal?: AbortSignal;
  },
): Promise<number> {
  // Messages of a segment go to the terminal, and down the pipe.
  return startSubprocess(parent, { ...ends, error: parent.error }, async (child) => {
    await runHere(child, child.terminalLevel, segment, 0);
    return child.status;
  }).done;
}

function inBackground(interpreter: Interpreter, item: PipeItem): void {
  startSubprocess(interpreter, {}, (child) =>
    runPipe(child, child.terminalLevel, { items: [{ ...item, next: undefined }] }, 0),
  );
}
