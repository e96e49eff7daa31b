/**
 * Formatted ASCII output, as $FAO and F$FAO: a control string with directives, and arguments taken from left to right.
 * Every message text and many displays go through it. Pure: now is an option. Source: dcl.md §17.
 *
 * directive = "!" [ repeat "(" ] [ width ] code [ ")" ]; repeat and width are digits or "#" (taken from the arguments)
 */

import { formatClock, formatTime } from '../vms-time/format-time.ts';
import { FaoSyntaxError } from './fao-syntax-error.ts';
import { formatInteger, isIntegerCode, toInteger } from './integer-directives.ts';

export type FaoValue = string | number | bigint;

export interface FaoOptions {
  /** What `!%D` and `!%T` show for argument 0, milliseconds since 1970; without it 0 is 1-JAN-1970. */
  readonly now?: number;
  /** Name of an identifier for `!%I`, without brackets; undefined shows the UIC as `!%U` does. */
  readonly identifier?: (value: number) => string | undefined;
  /** Only what F$FAO has: strings as `!AS`, integers of 8, 16 and 32 bits. Anything else is an unknown directive. */
  readonly isDcl?: boolean;
}

interface State {
  readonly text: string;
  readonly args: readonly FaoValue[];
  readonly options: FaoOptions;
  position: number;
  nextArg: number;
  /** For `!%S` and `!%C`: the last integer shown; 1 before there was one. */
  lastInteger: bigint;
  output: string;
}

/**
 * @param args  strings, integers, instants (`!%D`, milliseconds). A missing integer is 0, a missing string empty.
 * @returns the text. Throws FaoSyntaxError for an unknown directive: callers show SYSTEM-F-BADPARAM and its token.
 */
export function fao(text: string, args: readonly FaoValue[] = [], options: FaoOptions = {}): string {
  const state: State = {
    text,
    args,
    options,
    position: 0,
    nextArg: 0,
    lastInteger: 1n,
    output: '',
  };
  run(state);
  return state.output;
}

/** To the end of the text. */
function run(state: State): void {
  const { text } = state;
  while (state.position < text.length) {
    const directive = text.indexOf('!', state.position);
    const end = directive === -1 ? text.length : directive;
    state.output += text.slice(state.position, end);
    state.position = end;
    if (directive !== -1) runDirective(state);
  }
}

/** Longest text one directive makes: a repeat count is somebody's input. */
const LONGEST = 65_535;

function runDirective(state: State): void {
  const start = state.position;
  state.position += 1;
  const first = takeCount(state);
  if (state.text.charAt(state.position) !== '(') {
    directiveCode(state, first, start);
    return;
  }
  const inside = state.position + 1;
  const repeat = Math.min(first ?? 1, LONGEST);
  let end = inside;
  for (let turn = 0; turn < Math.max(1, repeat); turn += 1) {
    const before = { output: state.output, nextArg: state.nextArg, lastInteger: state.lastInteger };
    state.position = inside;
    directiveCode(state, takeCount(state), start);
    end = state.position;
    // `!0(UL)` has to be read to find its end, and leaves no trace.
    if (repeat === 0) Object.assign(state, before);
    if (state.output.length > LONGEST) break;
  }
  if (state.text.charAt(end) !== ')') throw new FaoSyntaxError(state.text.slice(start));
  state.position = end + 1;
}

/** Digits, or `#` for the next argument; undefined when there is neither. */
function takeCount(state: State): number | undefined {
  if (state.text.charAt(state.position) === '#') {
    state.position += 1;
    return Math.min(LONGEST, Math.max(0, Number(toInteger(takeArgument(state)))));
  }
  const [digits] = /^[0-9]+/.exec(state.text.slice(state.position, state.position + 6)) ?? [];
  if (digits === undefined) return undefined;
  state.position += digits.length;
  return Math.min(LONGEST, Number(digits));
}

function takeArgument(state: State): FaoValue | undefined {
  const argument = state.args[state.nextArg];
  state.nextArg += 1;
  return argument;
}

/** Directives are upper case. */
function directiveCode(state: State, width: number | undefined, start: number): void {
  const { text, position } = state;
  const one = text.charAt(position);
  const two = text.slice(position, position + 2);
  if (state.options.isDcl === true && /^(A[CDFZ]|[SUZXO]Q)$/.test(two)) {
    throw new FaoSyntaxError(text.slice(start));
  }
  if (isIntegerCode(two)) {
    state.position += 2;
    const value = toInteger(takeArgument(state));
    state.lastInteger = value;
    state.output += formatInteger(two, value, width);
  } else if (/^A[SCDFZ]$/.test(two)) {
    state.position += 2;
    state.output += fitText(String(takeArgument(state) ?? ''), width);
  } else if (one === '%') {
    percentDirective(state, width, start);
  } else if (one === '*') {
    state.position += 2;
    state.output += text.charAt(position + 1).repeat(width ?? 1);
  } else if (one === '<') {
    fieldDirective(state, width ?? 0);
  } else {
    plainDirective(state, one, width, start);
  }
}

/** A string is padded on the right and cut to its width. */
const fitText = (text: string, width: number | undefined): string =>
  width === undefined ? text : text.slice(0, width).padEnd(width);

const constants: Readonly<Record<string, string>> = { '/': '\r\n', _: '\t', '^': '\f', '!': '!' };

function plainDirective(state: State, code: string, width: number | undefined, start: number): void {
  state.position += 1;
  if (code === '-') state.nextArg = Math.max(0, state.nextArg - 1);
  else if (code === '+') state.nextArg += 1;
  else if (constants[code] !== undefined) state.output += constants[code].repeat(width ?? 1);
  else throw new FaoSyntaxError(state.text.slice(start));
}

function percentDirective(state: State, width: number | undefined, start: number): void {
  const code = state.text.charAt(state.position + 1);
  state.position += 2;
  switch (code) {
    case 'S':
      if (state.lastInteger !== 1n) state.output += /[A-Z]$/.test(state.output) ? 'S' : 's';
      return;
    case 'T':
    case 'D':
      state.output += timeDirective(state, code, width);
      return;
    case 'U':
      state.output += fitText(uicText(toInteger(takeArgument(state))), width);
      return;
    case 'I':
      state.output += fitText(identifierText(toInteger(takeArgument(state)), state.options), width);
      return;
    case 'C':
      conditionalText(state, width);
      return;
    default:
      throw new FaoSyntaxError(state.text.slice(start));
  }
}

/** Times are cut on the right: `!5%T` is hh:mm. */
function timeDirective(state: State, code: 'T' | 'D', width: number | undefined): string {
  const argument = takeArgument(state);
  const instant = Number(argument ?? 0) || (state.options.now ?? 0);
  const text = code === 'T' ? formatClock(instant) : formatTime(instant);
  return width === undefined ? text : text.slice(0, width);
}

/** `[group,member]`, octal. */
const uicText = (uic: bigint): string => {
  const bits = BigInt.asUintN(32, uic);
  return `[${(bits >> 16n).toString(8)},${(bits & 0xffffn).toString(8)}]`;
};

/** `[JONES]`; a name that is no UIC's stands without brackets. Bit 31 is set where an identifier is no UIC. */
function identifierText(value: bigint, { identifier }: FaoOptions): string {
  const bits = Number(BigInt.asIntN(32, value));
  const name = identifier?.(bits);
  if (name === undefined) return uicText(value);
  return bits < 0 ? name : `[${name}]`;
}

/** `!n%C text !m%C text !%E text !%F`: the text whose number is that of the last integer. */
function conditionalText(state: State, first: number | undefined): void {
  let wanted = BigInt(first ?? 0);
  let chosen = false;
  for (;;) {
    const end = /!(?:([0-9]*)%([CEF]))/g;
    end.lastIndex = state.position;
    const found: RegExpExecArray | null = end.exec(state.text);
    const body = state.text.slice(state.position, found?.index ?? state.text.length);
    const matches: boolean = !chosen && wanted === state.lastInteger;
    state.position = found === null ? state.text.length : end.lastIndex;
    if (matches) {
      const inner: State = { ...state, text: body, position: 0, output: '' };
      run(inner);
      state.output += inner.output;
      state.nextArg = inner.nextArg;
      state.lastInteger = inner.lastInteger;
    }
    chosen ||= matches;
    if (found === null || found[2] === 'F') return;
    // `!%E` is the text for every other number.
    wanted = found[2] === 'E' ? state.lastInteger : BigInt(found[1] || 0);
  }
}

/** `!n<…!>`: what the inner directives make, in a field of n characters. */
function fieldDirective(state: State, width: number): void {
  const outer = state.output;
  state.output = '';
  state.position += 1;
  while (state.position < state.text.length && !state.text.startsWith('!>', state.position)) {
    if (state.text.charAt(state.position) === '!') runDirective(state);
    else {
      state.output += state.text.charAt(state.position);
      state.position += 1;
    }
  }
  state.position = Math.min(state.text.length, state.position + 2);
  state.output = outer + fitText(state.output, width);
}
