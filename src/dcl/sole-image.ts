/**
 * Procedures that do nothing but RUN one image and end with its status, as those of the services do as shipped. Nobody can tell
 * whether the interpreter has gone through their lines or the image was activated at once, which costs a fraction. Whatever
 * else stands in a procedure, be it a WRITE or an IF, makes it one for the interpreter. Nothing is parsed here.
 */
import { parseCommand } from '../command-definition/index.ts';
import { Condition } from '../condition/index.ts';
import type { LogicalName, LogicalNames, LogicalNameTable } from '../system/logical-names.ts';
import { resolveFile } from '../system/resolve-file.ts';
import { isTyped } from './call.ts';
import type { Surroundings } from './expression.ts';
import { imageName, mayRunNoImages } from './image-activation.ts';
import type { Interpreter } from './interpreter.ts';
import type { Procedure } from './procedure-cache.ts';
import type { ProcedureLine } from './procedure-line.ts';
import type { ProcedureText } from './procedure-text.ts';
import { substitute } from './substitution.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface SoleImage {
  /** As RUN knows it: `TCPIP$SMTP_RECEIVER`. */
  readonly name: string;
  readonly procedure: Procedure;
  /** Until when nobody looks whether the file has changed, by performance.now(). */
  readonly freshUntil: number;
}

/**
 * @param command  `@` with the file
 * @param ownNames  logical names that are others in each process: who finds the procedure by one of them may find another
 */
export async function findSoleImage(
  interpreter: Interpreter,
  command: string,
  ownNames: Readonly<Record<string, unknown>>,
): Promise<SoleImage | undefined> {
  const { process, cache, images, vocabulary } = interpreter;
  if (mayRunNoImages(interpreter)) return undefined;
  const logicalNames = new WatchedNames(process.logicalNames, ownNames);
  const { files, defaultDirectory } = process;
  try {
    const statement = vocabulary.command(command).statement(vocabulary);
    if (statement.kind !== 'procedure' || statement.output !== undefined || isTyped(statement.file))
      return undefined;
    const specification = await resolveFile(
      { logicalNames, files, defaultDirectory },
      statement.file,
      '.COM',
    );
    const { freshUntil, ...procedure } = await cache.procedure(process, specification);
    const name = soleImage(procedure.text, vocabulary);
    const isForAll = name !== undefined && images.has(name) && !logicalNames.wasAsked;
    return isForAll ? { name, procedure, freshUntil } : undefined;
  } catch (error) {
    // It is told where the procedure is run.
    if (error instanceof Condition) return undefined;
    throw error;
  }
}

/** Knows whether one of some names was asked for. */
class WatchedNames {
  readonly #names: Pick<LogicalNames, 'lookup'>;
  readonly #watched: Readonly<Record<string, unknown>>;
  wasAsked = false;

  constructor(names: Pick<LogicalNames, 'lookup'>, watched: Readonly<Record<string, unknown>>) {
    this.#names = names;
    this.#watched = watched;
  }

  lookup(name: string, table?: LogicalNameTable): LogicalName | undefined {
    this.wasAsked ||= Object.hasOwn(this.#watched, name.toUpperCase());
    return this.#names.lookup(name, table);
  }
}

/** A longer one does more. */
const MOST_LINES = 200;

/** Name of the image, as imageName has it; undefined for every other procedure. */
function soleImage(text: ProcedureText, vocabulary: Vocabulary): string | undefined {
  while (text.lines.length <= MOST_LINES && text.more());
  if (!text.complete || text.lines.length > MOST_LINES) return undefined;
  let image: string | undefined;
  for (const line of text.lines) {
    const step = stepOf(line, vocabulary);
    if (step === undefined) return undefined;
    // Without an image there is none; what stands behind EXIT is never reached.
    if (step.kind === 'exit') return image;
    // $STATUS is that of the image to the end.
    if (step.kind !== 'nothing' && image !== undefined) return undefined;
    if (step.kind === 'run') image = step.image;
  }
  return image;
}

type Step =
  | { readonly kind: 'nothing' | 'setOn' | 'exit' }
  | { readonly kind: 'run'; readonly image: string };

const NOTHING: Step = { kind: 'nothing' };
const SET_ON: Step = { kind: 'setOn' };

function stepOf(line: ProcedureLine, vocabulary: Vocabulary): Step | undefined {
  if (line.kind !== 'command' || line.label !== undefined || line.structure !== undefined) return undefined;
  if (line.isEmpty && !substitutesSomething(line, vocabulary)) return NOTHING;
  const { command } = line;
  if (command === undefined || command.hasAmpersands || isParameter(command.word)) return undefined;
  const statement = statementOf(command, vocabulary);
  switch (statement?.kind) {
    case 'empty':
      return NOTHING;
    case 'exit': {
      const { status } = statement;
      return status?.kind === 'symbol' && status.name === '$STATUS' ? { kind: 'exit' } : undefined;
    }
    case 'verb':
      return verbStep(statement.text, vocabulary);
    default:
      return undefined;
  }
}

/** A command that fails is no step, and fails where it is executed. */
function statementOf(command: NonNullable<ProcedureLine['command']>, vocabulary: Vocabulary) {
  try {
    return command.statement(vocabulary);
  } catch {
    return undefined;
  }
}

function verbStep(text: string, vocabulary: Vocabulary): Step | undefined {
  // `RUN @FILE` reads the file.
  if (text.includes('@')) return undefined;
  const parsed = parseCommand(text, vocabulary.tables, { facility: 'DCL', isBatch: false });
  if (parsed.kind !== 'command') return undefined;
  const { command } = parsed;
  const { name } = command.verb;
  if (name === 'SET NOON' || name === 'SET ON') return SET_ON;
  const isPlain =
    name === 'RUN' &&
    command.value('ARGUMENTS') === undefined &&
    Object.keys(command.verb.qualifiers ?? {}).every((each) => !command.present(each));
  return isPlain ? { kind: 'run', image: imageName(command.value('FILE') ?? '') } : undefined;
}

/** The only symbols there are: P1 to P8, without a value. */
const isParameter = (name: string): boolean => /^P[1-8]$/.test(name);

/** Apostrophes count in comments, too: `$! 'F$VERIFY(0)'`. One of a plain text, as in `the site's own`, inserts nothing. */
function substitutesSomething({ pieces }: ProcedureLine, { lexicals }: Vocabulary): boolean {
  // Not thrown: in a comment nothing is an error.
  let asksSomething = false;
  const around: Surroundings = {
    symbolValue: (name) => {
      asksSomething ||= name.startsWith('$');
      return isParameter(name) ? '' : undefined;
    },
    call: () => {
      asksSomething = true;
      return '';
    },
  };
  const isComment = pieces.every((each) => {
    const text = substitute(each, around, lexicals);
    return typeof text === 'string' && /^[ \t]*(!|$)/.test(text);
  });
  return asksSomething || !isComment;
}
