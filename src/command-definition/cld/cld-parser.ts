/**
 * Parser of command definition files.
 *
 *   module = *( [MODULE word] [IDENT string] / DEFINE VERB name *clause / DEFINE SYNTAX name *clause / DEFINE TYPE name *keyword )
 *   clause = IMAGE string / ROUTINE name / CLIROUTINE name / SYNONYM name / DISALLOW expression / NODISALLOWS
 *          / PARAMETER name *( "," entity-clause ) / NOPARAMETERS / QUALIFIER name *( "," entity-clause ) / NOQUALIFIERS
 *   keyword = KEYWORD name *( "," entity-clause )
 *
 * Words of the language may be abbreviated. Source: OpenVMS Command Definition Utility.
 */
import { CDU } from './cdu-messages.ts';
import type { CldAction, CldEntity, CldExpression, CldForm, CldModule, CldValue } from './cld-definition.ts';
import { parseCldExpression } from './cld-expression.ts';
import { scanCld } from './cld-scanner.ts';
import { CldTokens } from './cld-tokens.ts';

const STATEMENTS = ['DEFINE', 'MODULE', 'IDENT'];
const CLAUSES = [
  ...['IMAGE', 'ROUTINE', 'CLIROUTINE', 'SYNONYM', 'DISALLOW', 'NODISALLOWS'],
  ...['PARAMETER', 'NOPARAMETERS', 'QUALIFIER', 'NOQUALIFIERS', 'KEYWORD', 'CLIFLAGS', 'PREFIX'],
];
const ENTITY_CLAUSES = [
  ...['BATCH', 'CLIQUALIFIER', 'DEFAULT', 'LABEL', 'NEGATABLE', 'NONNEGATABLE', 'PLACEMENT'],
  ...['PROMPT', 'SYNTAX', 'VALUE'],
];
const VALUE_CLAUSES = ['CONCATENATE', 'DEFAULT', 'IMPCAT', 'LIST', 'NOCONCATENATE', 'REQUIRED', 'TYPE'];

type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** Throws CDU SYNTAX, DUPLICATE. */
export function parseCld(lines: Iterable<string>): CldModule {
  const tokens = new CldTokens(scanCld(lines));
  const forms: CldForm[] = [];
  const types = new Map<string, readonly CldEntity[]>();
  while (!tokens.atEnd()) {
    const statement = tokens.takeWord(STATEMENTS);
    if (statement === 'IDENT') tokens.takeText();
    else if (statement === 'MODULE') tokens.takeName();
    else if (tokens.peekWord(['TYPE']) !== undefined) defineType(tokens, types);
    else forms.push(defineForm(tokens));
  }
  return { forms, types };
}

function defineType(tokens: CldTokens, types: Map<string, readonly CldEntity[]>): void {
  tokens.takeWord(['TYPE']);
  const { text: name, line } = tokens.takeName();
  if (types.has(name)) throw CDU.duplicate('type', name, line);
  const keywords: CldEntity[] = [];
  for (let clause = nextClause(tokens); clause !== undefined; clause = nextClause(tokens)) {
    if (clause === 'PREFIX') skipAssigned(tokens);
    else if (clause !== 'KEYWORD') throw tokens.unexpected();
    else add(keywords, entity(tokens), 'keyword');
  }
  types.set(name, keywords);
}

/** VERB or SYNTAX: the clauses that follow its name. */
function defineForm(tokens: CldTokens): CldForm {
  const kind = tokens.takeWord(['VERB', 'SYNTAX']) === 'VERB' ? 'verb' : 'syntax';
  const { text: name, line } = tokens.takeName();
  const synonyms: string[] = [];
  let parameters: CldEntity[] | undefined;
  let qualifiers: CldEntity[] | undefined;
  let disallow: CldExpression[] | undefined;
  let action: CldAction | undefined;
  for (let clause = nextClause(tokens); clause !== undefined; clause = nextClause(tokens)) {
    switch (clause) {
      case 'IMAGE':
      case 'ROUTINE':
      case 'CLIROUTINE':
        action = { kind: clause.toLowerCase() as CldAction['kind'], name: tokens.takeText() };
        break;
      case 'SYNONYM':
        synonyms.push(tokens.takeName().text);
        break;
      case 'PARAMETER':
        parameters = add(parameters ?? [], entity(tokens), 'parameter');
        break;
      case 'QUALIFIER':
        qualifiers = add(qualifiers ?? [], entity(tokens), 'qualifier');
        break;
      case 'DISALLOW':
        disallow = [...(disallow ?? []), parseCldExpression(tokens)];
        break;
      case 'NOPARAMETERS':
        parameters = [];
        break;
      case 'NOQUALIFIERS':
        qualifiers = [];
        break;
      case 'NODISALLOWS':
        disallow = [];
        break;
      case 'CLIFLAGS':
      case 'PREFIX':
        skipAssigned(tokens);
        break;
      default:
        throw tokens.unexpected();
    }
  }
  return { kind, name, line, synonyms, parameters, qualifiers, disallow, action };
}

/** Clauses may be separated by commas. */
function nextClause(tokens: CldTokens): string | undefined {
  tokens.takes(',');
  if (tokens.atEnd() || tokens.peekWord(STATEMENTS) !== undefined) return undefined;
  return tokens.takeWord(CLAUSES);
}

function add(entities: CldEntity[], one: CldEntity, what: string): CldEntity[] {
  if (entities.some(({ name }) => name === one.name)) throw CDU.duplicate(what, one.name, one.line);
  entities.push(one);
  return entities;
}

function entity(tokens: CldTokens): CldEntity {
  const { text: name, line } = tokens.takeName();
  const draft: Draft<CldEntity> = {
    ...{ name, line, label: undefined, prompt: undefined, default: false, batch: false },
    ...{ negatable: undefined, placement: undefined, syntax: undefined, value: undefined },
  };
  // A comma may as well separate this from the next clause of the verb.
  while (tokens.peek(',') && tokens.peekWord(ENTITY_CLAUSES, 1) !== undefined) {
    tokens.takes(',');
    entityClause(tokens, draft);
  }
  return draft;
}

function entityClause(tokens: CldTokens, draft: Draft<CldEntity>): void {
  switch (tokens.takeWord(ENTITY_CLAUSES)) {
    case 'BATCH':
      draft.batch = true;
      break;
    case 'DEFAULT':
      draft.default = true;
      break;
    case 'LABEL':
      draft.label = assigned(tokens);
      break;
    case 'NEGATABLE':
      draft.negatable = true;
      break;
    case 'NONNEGATABLE':
      draft.negatable = false;
      break;
    case 'PLACEMENT':
      tokens.expect('=');
      draft.placement = tokens
        .takeWord(['GLOBAL', 'LOCAL', 'POSITIONAL'])
        .toLowerCase() as CldEntity['placement'];
      break;
    case 'PROMPT':
      tokens.expect('=');
      draft.prompt = tokens.takeText();
      break;
    case 'SYNTAX':
      draft.syntax = assigned(tokens);
      break;
    case 'VALUE':
      draft.value = value(tokens);
      break;
  }
}

function assigned(tokens: CldTokens): string {
  tokens.expect('=');
  return tokens.takeName().text;
}

/** VALUE [ "(" clause *( "," clause ) ")" ] */
function value(tokens: CldTokens): CldValue {
  const draft: Draft<CldValue> = {
    ...{ required: false, list: false, concatenates: true, default: undefined, type: undefined },
  };
  if (!tokens.takes('(')) return draft;
  do {
    switch (tokens.takeWord(VALUE_CLAUSES)) {
      case 'REQUIRED':
        draft.required = true;
        break;
      case 'LIST':
        draft.list = true;
        break;
      case 'NOCONCATENATE':
        draft.concatenates = false;
        break;
      case 'DEFAULT':
        tokens.expect('=');
        draft.default = tokens.takeText();
        break;
      case 'TYPE':
        draft.type = assigned(tokens);
        break;
    }
  } while (tokens.takes(','));
  tokens.expect(')');
  return draft;
}

/** CLIFLAGS(…), PREFIX=…: they mean something to programs alone. */
function skipAssigned(tokens: CldTokens): void {
  if (tokens.takes('=')) tokens.takeText();
  else if (tokens.takes('(')) while (!tokens.takes(')')) tokens.skip();
}
