/** Command text → statement. Verbs the interpreter executes itself are parsed here, all others by their command table. */
import { DCL } from '../command-definition/index.ts';
import { Condition, type MessageDefinition } from '../condition/index.ts';
import { ASSIGNMENT, type Command } from './command.ts';
import { ExpressionParser, LONGEST_NAME, parseExpression, quotedPiece } from './expression-parser.ts';
import { parsePipe } from './pipe/pipe-parser.ts';
import type { OnCondition, Statement, SymbolTarget } from './statement.ts';
import type { Vocabulary } from './vocabulary.ts';

const fail = (message: MessageDefinition, token?: string): Condition =>
  new Condition(message, [], token === undefined ? {} : { token });

/** After continuation and substitution. dcl.md §1 */
const LONGEST_LINE = 4_095;

/** Throws the Condition the command fails with. */
export function parseStatement(text: string, vocabulary: Vocabulary): Statement {
  if (text === '') return { kind: 'empty' };
  if (text.length > LONGEST_LINE) throw fail(DCL.BUFOVF);
  if (text.startsWith('@')) return parseProcedure(text.slice(1).trimStart());
  const assignment = ASSIGNMENT.exec(text);
  if (assignment !== null) return parseAssignment(text, assignment, vocabulary);
  const [word] = /^[A-Z$_][A-Z0-9$_]*/.exec(text) ?? [];
  if (word === undefined) throw fail(DCL.NOCOMD);
  const verb = verbOrFailure(word, vocabulary);
  if (verb instanceof Condition) {
    return { kind: 'unknownVerb', word, rest: text.slice(word.length), failure: verb };
  }
  const parse = Object.hasOwn(own, verb) ? own[verb] : undefined;
  return parse === undefined
    ? { kind: 'verb', text, parsed: undefined }
    : parse(text.slice(word.length), vocabulary);
}

function verbOrFailure(word: string, vocabulary: Vocabulary): string | Condition {
  try {
    return vocabulary.verb(word);
  } catch (error) {
    if (error instanceof Condition && error.ident === 'IVVERB') return error;
    throw error;
  }
}

type ParseRest = (rest: string, vocabulary: Vocabulary) => Statement;

const own: Readonly<Record<string, ParseRest>> = {
  IF: parseIf,
  THEN: (rest, vocabulary) => ({ kind: 'then', command: inline(rest, vocabulary) }),
  ELSE: (rest, vocabulary) => ({ kind: 'else', command: inline(rest, vocabulary) }),
  ENDIF: () => ({ kind: 'endif' }),
  SUBROUTINE: () => ({ kind: 'subroutine' }),
  ENDSUBROUTINE: () => ({ kind: 'endsubroutine' }),
  DECK: () => ({ kind: 'data' }),
  EOD: () => ({ kind: 'data' }),
  GOTO: (rest) => ({ kind: 'goto', label: takeLabel(rest) }),
  GOSUB: (rest) => ({ kind: 'gosub', label: takeLabel(rest) }),
  EXIT: (rest, vocabulary) => ({ kind: 'exit', status: optional(rest, vocabulary) }),
  RETURN: (rest, vocabulary) => ({ kind: 'return', status: optional(rest, vocabulary) }),
  CALL: parseCall,
  ON: parseOn,
  WRITE: parseWrite,
  PIPE: (rest) => ({ kind: 'pipe', list: parsePipe(rest) }),
};

function parseAssignment(text: string, match: RegExpExecArray, vocabulary: Vocabulary): Statement {
  const [whole, name = '', star, brackets, operator = '='] = match;
  if (/^[0-9]/.test(name)) throw fail(DCL.IVSYMB);
  const full = name + (star?.slice(1) ?? '');
  if (full.length > LONGEST_NAME) throw fail(DCL.SYMLNG);
  const target: SymbolTarget = {
    name: full,
    minimum: star === undefined ? undefined : name.length,
    global: operator === '==' || operator === ':==',
  };
  const rest = text.slice(whole.length);
  const literal = operator.startsWith(':');
  if (brackets !== undefined) {
    if (star !== undefined) throw fail(DCL.SYMABR);
    return parseOverlay(target, brackets.trim().slice(1, -1), literal, rest, vocabulary);
  }
  if (literal) return { kind: 'assignText', target, text: literalText(rest) };
  const parser = new ExpressionParser(rest, 0, vocabulary.lexicals);
  const expression = parser.expression();
  const junk = !parser.atEnd();
  if (junk && parser.atOperand()) throw fail(DCL.EXPSYN);
  return { kind: 'assign', target, expression, junk };
}

function parseOverlay(
  target: SymbolTarget,
  field: string,
  literal: boolean,
  rest: string,
  vocabulary: Vocabulary,
): Statement {
  const parser = new ExpressionParser(field, 0, vocabulary.lexicals);
  const offset = parser.expression();
  if (!parser.takes(',')) throw fail(DCL.SYMDEL);
  const size = parser.expression();
  if (!parser.atEnd()) throw fail(DCL.SYMDEL);
  const value = literal ? { text: literalText(rest) } : { bits: parseExpression(rest, vocabulary.lexicals) };
  return { kind: 'overlay', target, offset, size, value };
}

/** `:=`: blanks compressed outside quotation marks, quoted parts kept, the marks removed. dcl.md §2.1 */
export function literalText(rest: string): string {
  const text = rest.trim();
  let value = '';
  let at = 0;
  while (at < text.length) {
    if (text.charAt(at) === '"') {
      const piece = quotedPiece(text, at);
      value += piece.text;
      at = piece.end;
    } else {
      const end = text.indexOf('"', at);
      const plain = end === -1 ? text.slice(at) : text.slice(at, end);
      value += plain.replace(/[ \t]+/g, ' ');
      at = end === -1 ? text.length : end;
    }
  }
  return value;
}

const inline = (rest: string, vocabulary: Vocabulary): Command | undefined => {
  const text = rest.replace(/^[ \t]*(\$[ \t]+|\$(?=$))?/, '').trim();
  return text === '' ? undefined : vocabulary.command(text);
};

/** IF expression [THEN command]. dcl.md §21.18: a `$` behind THEN is legal. */
function parseIf(rest: string, vocabulary: Vocabulary): Statement {
  const parser = new ExpressionParser(rest, 0, vocabulary.lexicals);
  const condition = parser.expression();
  if (parser.atEnd()) return { kind: 'if', condition, clause: undefined };
  return { kind: 'if', condition, clause: thenClause(parser.rest(), vocabulary) };
}

function thenClause(text: string, vocabulary: Vocabulary): Command {
  const [, command] = /^[ \t]*THEN(?![A-Z0-9$_])(.*)$/s.exec(text) ?? [];
  if (command === undefined) throw fail(DCL.NOTHEN);
  return inline(command, vocabulary) ?? vocabulary.command('');
}

function takeLabel(rest: string): string {
  const label = rest.trim();
  if (label === '') throw fail(DCL.INSFPRM);
  const [first = '', second] = label.split(/[ \t]+/);
  if (second !== undefined) throw fail(DCL.MAXPARM, second);
  return first.replace(/:$/, '').slice(0, LONGEST_NAME);
}

const optional = (rest: string, vocabulary: Vocabulary) =>
  rest.trim() === '' ? undefined : parseExpression(rest, vocabulary.lexicals);

/** @file[/OUTPUT=file] parameters. §9.1: the qualifier must touch the file name. */
function parseProcedure(text: string): Statement {
  const [file = ''] = /^(?:"[^"]*"?|<[^>]*>|\[[^\]]*\]|[^ \t/])+/.exec(text) ?? [];
  if (file === '') throw fail(DCL.NOATFIL);
  const { output, rest } = takeOutput(text.slice(file.length));
  return { kind: 'procedure', file: file.replaceAll('"', ''), output, parameters: rest };
}

/** CALL[/OUTPUT=file] label parameters. */
function parseCall(rest: string): Statement {
  const { output, rest: behind } = takeOutput(rest);
  const [, label = '', parameters = ''] = /^[ \t]*([A-Z0-9$_]*)(.*)$/s.exec(behind) ?? [];
  if (label === '') throw fail(DCL.INSFPRM);
  return { kind: 'call', label, output, parameters };
}

function takeOutput(text: string): { readonly output: string | undefined; readonly rest: string } {
  const qualifier = /^\/([A-Z]+)(?:[=:]("[^"]*"?|[^ \t]+))?/.exec(text);
  if (qualifier === null) return { output: undefined, rest: text };
  const [whole, name = '', value] = qualifier;
  if (!'OUTPUT'.startsWith(name)) throw fail(DCL.IVQUAL, name);
  if (value === undefined) throw fail(DCL.VALREQ, name);
  return { output: value.replaceAll('"', ''), rest: text.slice(whole.length) };
}

/** Parameters of `@` and CALL: blank-separated, quotation marks removed. Throws DEFOVF at the ninth. */
export function splitParameters(text: string): readonly string[] {
  const parameters: string[] = [];
  let at = 0;
  for (;;) {
    while (text.charAt(at) === ' ' || text.charAt(at) === '\t') at += 1;
    if (at >= text.length) break;
    let value = '';
    while (at < text.length && text.charAt(at) !== ' ' && text.charAt(at) !== '\t') {
      if (text.charAt(at) === '"') {
        const piece = quotedPiece(text, at);
        value += piece.text;
        at = piece.end;
      } else {
        value += text.charAt(at);
        at += 1;
      }
    }
    parameters.push(value);
  }
  if (parameters.length > 8) throw fail(DCL.DEFOVF);
  return parameters;
}

const onConditions: readonly OnCondition[] = ['WARNING', 'ERROR', 'SEVERE_ERROR', 'CONTROL_Y'];

function parseOn(rest: string, vocabulary: Vocabulary): Statement {
  const [, word = '', behind = ''] = /^[ \t]*([A-Z_]*)(.*)$/s.exec(rest) ?? [];
  const condition = word === '' ? undefined : onConditions.find((each) => each.startsWith(word));
  if (condition === undefined) throw word === '' ? fail(DCL.ONERR) : fail(DCL.ONERR, word);
  return { kind: 'on', condition, command: thenClause(behind, vocabulary) };
}

/** WRITE logical-name expression[,expression…] [/ERROR=label] [/SYMBOL] [/UPDATE] */
function parseWrite(rest: string, vocabulary: Vocabulary): Statement {
  let errorLabel: string | undefined;
  let update = false;
  let text = rest.trimStart();
  const takeQualifiers = (): void => {
    for (;;) {
      const match = /^[ \t]*\/([A-Z]+)(?:[=:]([A-Z0-9$_]+))?[ \t]*/.exec(text);
      if (match === null) return;
      const [whole, name = '', value] = match;
      if (name !== '' && 'ERROR'.startsWith(name)) {
        if (value === undefined) throw fail(DCL.VALREQ, name);
        errorLabel = value;
      } else if ('UPDATE'.startsWith(name)) update = true;
      else if (!'SYMBOL'.startsWith(name)) throw fail(DCL.IVQUAL, name);
      text = text.slice(whole.length);
    }
  };
  takeQualifiers();
  const [channel = ''] = /^&?[A-Z0-9$_]+/.exec(text) ?? [];
  if (channel === '') throw fail(DCL.INSFPRM);
  text = text.slice(channel.length).replace(/^:/, '');
  takeQualifiers();
  const values = [];
  const parser = new ExpressionParser(text, 0, vocabulary.lexicals);
  if (parser.atEnd()) throw fail(DCL.INSFPRM);
  do values.push(parser.expression());
  while (parser.takes(','));
  text = parser.rest();
  takeQualifiers();
  if (text.trim() !== '') throw fail(parser.atOperand() ? DCL.EXPSYN : DCL.SYMDEL);
  return { kind: 'write', channel, values, errorLabel, update };
}
