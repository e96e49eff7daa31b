/**
 * Parses a command line against command tables: the one engine behind DCL, MAIL>, TCPIP> and UAF>.
 * scanner → syntax-selection → value-parser → ParsedCommand. Expected failures are Conditions of DCL or CLI.
 * Source: dcl.md §6.
 */
import { type CliFacility, type Reject, rejecter } from './cli-condition.ts';
import { CommandState, type LabelState } from './command-state.ts';
import { commandPart, echoedToken, endsInsideQuotes } from './command-text.ts';
import type { ParameterDefinition, QualifierDefinition, ValueDefinition } from './definition.ts';
import { evaluateDisallow } from './disallow.ts';
import type { ParsedCommand } from './parsed-command.ts';
import { CommandScanner, type ParameterItem, type QualifierItem } from './scanner.ts';
import {
  type AnyTable,
  type AnyVerb,
  type Selection,
  type Syntax,
  selectSyntax,
  syntaxesOf,
} from './syntax-selection.ts';
import {
  matchNegatable,
  type ParsedValues,
  parseDefault,
  parseParameterElement,
  parseQualifierValue,
} from './value-parser.ts';

export interface ParseOptions {
  /** Prefix of messages: DCL at `$` (default), CLI in utilities. */
  readonly facility?: CliFacility;
  /** In a batch job some qualifiers are present by default. */
  readonly isBatch?: boolean;
}

export type ParseResult =
  | { readonly kind: 'command'; readonly command: ParsedCommand }
  | {
      readonly kind: 'missingParameter';
      readonly parameter: ParameterDefinition;
      /** `_To: ` */
      readonly prompt: string;
      /** Goes on with what was typed at the prompt; blank text asks again. Throws as parseCommand does. */
      complete(text: string): ParseResult;
    };

/**
 * @param line   after symbol substitution, without `$`; a comment is dropped
 * @param table  searched together; of two verbs with the same name the earlier table's counts
 * Throws Condition IVVERB, ABVERB, NOCOMD, IVQUAL, ABKEYW, IVKEYW, NOTNEG, VALREQ, NOVALU, ONEVAL, NOLIST, NOCCAT, MAXPARM,
 * CONFLICT, NUMBER, IVATIME, IVDTIME, IVVALU, PARMDEL, NOKEYW, NOPAREN, IVQLOC.
 */
export function parseCommand(
  line: string,
  table: AnyTable | readonly AnyTable[],
  options: ParseOptions = {},
): ParseResult {
  const reject = rejecter(options.facility ?? 'DCL');
  const text = commandPart(line);
  const tables: readonly AnyTable[] = 'verbs' in table ? [table] : table;
  const syntaxes = syntaxesOf(tables);
  const selection = selectSyntax(new CommandScanner(text, reject), syntaxes, reject);
  const missing = (parameter: ParameterDefinition): ParseResult => ({
    kind: 'missingParameter',
    parameter,
    prompt: `_${parameter.prompt ?? defaultPrompt(parameter.label)}: `,
    complete: (typed) =>
      typed.trim() === ''
        ? missing(parameter)
        : parseCommand(`${text}${endsInsideQuotes(text) ? '"' : ''} ${typed}`, tables, options),
  });
  if (selection.kind === 'missingWord') return missing({ label: 'WHAT', prompt: 'What', required: true });
  return interpret(text, selection, syntaxes, reject, missing, options);
}

/** QUEUE_NAME → `Queue name`. */
const defaultPrompt = (label: string): string =>
  label.charAt(0).toUpperCase() + label.slice(1).toLowerCase().replaceAll('_', ' ');

function interpret(
  line: string,
  selection: Selection,
  syntaxes: readonly Syntax[],
  reject: Reject,
  missing: (parameter: ParameterDefinition) => ParseResult,
  options: ParseOptions,
): ParseResult {
  const { verb, triggers } = switchedVerb(selection, syntaxes, reject);
  const known = { ...triggers, ...knownQualifiers(verb, selection) };
  const state = new CommandState(verb, line);
  takeWordValue(selection, state, reject);
  for (const item of selection.qualifiers) {
    const { name, definition, label } = parseQualifier(item, known, selection, reject);
    if (definition.placement === 'local') throw reject('IVQLOC', item.name);
    state.setLabel(definition.label ?? name, label);
  }
  takeParameters(verb, selection, known, state, reject);
  takeDefaults(verb, state, reject, options.isBatch ?? false);
  const absent = verb.parameters?.find((each) => each.required && state.presence(each.label) === 'absent');
  if (absent !== undefined) return missing(absent);
  if (verb.disallow?.some((expression) => evaluateDisallow(expression, state))) throw reject('CONFLICT');
  return { kind: 'command', command: state };
}

type Qualifiers = Readonly<Record<string, QualifierDefinition>>;

/** A selecting qualifier need not be described: it is then a plain flag. */
function knownQualifiers(verb: AnyVerb, selection: Selection): Qualifiers {
  const selectors = selection.syntax.selectors.map((name) => [name, { negatable: false }] as const);
  return { ...Object.fromEntries(selectors), ...verb.qualifiers };
}

interface QualifierUse {
  readonly name: string;
  readonly definition: QualifierDefinition;
  readonly label: LabelState;
  readonly syntax: string | undefined;
}

function parseQualifier(
  item: QualifierItem,
  known: Qualifiers,
  selection: Selection,
  reject: Reject,
): QualifierUse {
  const { name, negated } = matchNegatable(
    item.name,
    { ...siblingSelectors(selection), ...known },
    reject,
    'IVQUAL',
  );
  const definition = known[name];
  if (definition === undefined)
    throw reject(isOneStepAway(name, selection) ? 'CONFLICT' : 'IVQUAL', item.name);
  if (negated && item.value !== undefined) throw reject('NOVALU', item.name);
  const parsed: ParsedValues = negated
    ? { values: [], keywords: new Map(), syntax: undefined }
    : parseQualifierValue(item.value, definition.value, item.name, reject);
  const label: LabelState = { ...parsed, presence: negated ? 'negated' : 'present' };
  return { name, definition, label, syntax: negated ? undefined : (definition.syntax ?? parsed.syntax) };
}

/** Qualifiers that would have selected a further syntax count when an abbreviation is judged. */
function siblingSelectors({ siblings, syntax }: Selection): Qualifiers {
  const further = siblings.filter((each) => syntax.selectors.every((one) => each.selectors.includes(one)));
  return Object.fromEntries(
    further.flatMap((each) => each.selectors).map((name) => [name, { negatable: false }] as const),
  );
}

const isOneStepAway = (name: string, { siblings, syntax }: Selection): boolean =>
  siblings.some(
    (each) => each.selectors.includes(name) && each.selectors.length === syntax.selectors.length + 1,
  );

interface Switched {
  readonly verb: AnyVerb;
  /** The qualifiers that led to it: they are known although the new form may not define them. */
  readonly triggers: Qualifiers;
}

/** `syntax` in the definition of a qualifier or keyword that was written: another verb definition takes over, from left to right. */
function switchedVerb(selection: Selection, syntaxes: readonly Syntax[], reject: Reject): Switched {
  let { verb } = selection.syntax;
  const triggers: Record<string, QualifierDefinition> = {};
  if (!changesSyntax(verb)) return { verb, triggers };
  const forms = { ...verb.syntaxes };
  const switchTo = (name: string): void => {
    const target =
      forms[name] ?? syntaxes.find((each) => each.verb.name.toUpperCase() === name.toUpperCase())?.verb;
    if (target === undefined) throw new Error(`${verb.name}: there is no syntax ${name}`);
    verb = target;
  };
  const follow = (items: readonly QualifierItem[]): void => {
    for (const item of items) {
      const known = { ...triggers, ...knownQualifiers(verb, selection) };
      const { name, definition, syntax } = parseQualifier(item, known, selection, reject);
      if (syntax === undefined) continue;
      triggers[name] = definition;
      switchTo(syntax);
    }
  };
  follow(selection.qualifiers);
  for (const [index, { elements }] of selection.parameters.entries()) {
    const value = verb.parameters?.[index]?.value;
    if (namesSyntax(value)) {
      const { syntax } = parseParameterElement(elements[0]?.raw ?? '', value!, reject);
      if (syntax !== undefined) switchTo(syntax);
    }
    for (const { qualifiers } of elements) follow(qualifiers);
  }
  return { verb, triggers };
}

const changesSyntax = ({ qualifiers, parameters }: AnyVerb): boolean =>
  Object.values(qualifiers ?? {}).some(({ syntax, value }) => syntax !== undefined || namesSyntax(value)) ||
  (parameters ?? []).some(({ value }) => namesSyntax(value));

const namesSyntax = (value: ValueDefinition | undefined): boolean =>
  Object.values(value?.keywords ?? {}).some((each) => each.syntax !== undefined || namesSyntax(each.value));

function takeWordValue(selection: Selection, state: CommandState, reject: Reject): void {
  const { verb, words } = selection.syntax;
  const word = words.at(-1)!;
  if (verb.value === undefined && selection.wordValue === undefined) return;
  const parsed = parseQualifierValue(selection.wordValue, verb.value, word, reject);
  state.setLabel(word, { ...parsed, presence: selection.wordValue === undefined ? 'absent' : 'present' });
}

function takeParameters(
  verb: AnyVerb,
  selection: Selection,
  known: Qualifiers,
  state: CommandState,
  reject: Reject,
): void {
  const definitions = verb.parameters ?? [];
  selection.parameters.forEach((item, index) => {
    const definition = definitions[index];
    if (definition === undefined) throw reject('MAXPARM', echoedToken(item.elements[0]?.raw ?? ''));
    takeParameter(item, definition, selection, known, state, reject);
  });
  if (selection.rest === undefined) return;
  const definition = definitions[selection.parameters.length];
  if (definition === undefined) throw reject('MAXPARM', echoedToken(selection.rest));
  const parsed = parseParameterElement(selection.rest, definition.value ?? {}, reject);
  state.setLabel(definition.label, { ...parsed, presence: 'present' });
}

function takeParameter(
  item: ParameterItem,
  definition: ParameterDefinition,
  selection: Selection,
  known: Qualifiers,
  state: CommandState,
  reject: Reject,
): void {
  const value = definition.value ?? {};
  const second = item.elements[1];
  if (second !== undefined && !value.list) throw reject('NOLIST', echoedToken(second.raw));
  const values: string[] = [];
  const keywords = new Map<string, LabelState>();
  for (const element of item.elements) {
    if (/^[=()^|]/.test(element.raw) && !(value.list && element.raw.startsWith('('))) {
      throw reject('PARMDEL', element.raw.charAt(0));
    }
    const parsed = parseParameterElement(element.raw, value, reject);
    values.push(...parsed.values);
    for (const [path, each] of parsed.keywords) keywords.set(path, { ...each, keywords: new Map() });
    for (const qualifier of element.qualifiers) {
      const use = parseQualifier(qualifier, known, selection, reject);
      const label = use.definition.label ?? use.name;
      if ((use.definition.placement ?? 'global') === 'global') state.setLabel(label, use.label);
      else state.setPositional(definition.label, values.length - 1, label, use.label);
    }
  }
  state.setLabel(definition.label, { values, keywords, presence: 'present' });
}

/** Qualifiers present by default, and default values of parameters. */
function takeDefaults(verb: AnyVerb, state: CommandState, reject: Reject, isBatch: boolean): void {
  for (const [name, definition] of Object.entries(verb.qualifiers ?? {})) {
    const label = definition.label ?? name;
    const isDefault = definition.default || (definition.batch && isBatch);
    if (!isDefault || state.presence(label) !== 'absent') continue;
    state.setLabel(label, { ...parseDefault(definition.value, name, reject), presence: 'defaulted' });
  }
  for (const { label, value } of verb.parameters ?? []) {
    if (value?.default === undefined || state.presence(label) !== 'absent') continue;
    state.setLabel(label, { ...parseDefault(value, label, reject), presence: 'defaulted' });
  }
}
