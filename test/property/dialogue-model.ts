/**
 * The SMTP dialogue of a server as RFC 5321 and RFC 3030 have it, and no more: which replies a command may get in which state, and what
 * becomes of the state. Where a command is wrong in two ways, either answer is right. Pure; knows nothing of src/.
 *
 * ```
 *  none ──EHLO/HELO──► greeted ──MAIL──► sender ──RCPT──► recipients ──DATA, text──► greeted
 *                        ▲  ▲──────RSET, EHLO, HELO────────┘ │
 *                        └───────────────RSET, EHLO, HELO────┘
 * ```
 */
export interface DialogueState {
  readonly greeted: 'none' | 'HELO' | 'EHLO';
  /** undefined: no transaction is open. */
  readonly sender: string | undefined;
  readonly recipients: readonly string[];
  /** A first BDAT has come: RFC 3030 §2, nothing but BDAT goes on with the transaction. */
  readonly isChunked: boolean;
  /** RFC 3030 §3: DATA cannot carry it. */
  readonly isBinary: boolean;
  /** Envelopes of the messages taken. */
  readonly taken: readonly { readonly sender: string; readonly recipients: readonly string[] }[];
  readonly relayAttempts: number;
  readonly isClosed: boolean;
}

export const beginning: DialogueState = {
  greeted: 'none',
  sender: undefined,
  recipients: [],
  isChunked: false,
  isBinary: false,
  taken: [],
  relayAttempts: 0,
  isClosed: false,
};

export type DialogueCommand =
  | { readonly verb: 'EHLO' | 'HELO'; readonly argument: string; readonly isRight: boolean }
  | {
      readonly verb: 'MAIL';
      readonly argument: string;
      readonly path: string | 'malformed';
      readonly parameter: ParameterKind;
    }
  | {
      readonly verb: 'RCPT';
      readonly argument: string;
      readonly path: string | 'malformed';
      readonly who: 'here' | 'unknown' | 'elsewhere';
      readonly parameter: ParameterKind;
    }
  | { readonly verb: 'DATA'; readonly argument: string; readonly text: string }
  /** The octets follow at once, whatever the answer will be. */
  | { readonly verb: 'BDAT'; readonly argument: string; readonly octets: string; readonly isLast: boolean }
  | { readonly verb: 'RSET' | 'QUIT'; readonly argument: string }
  | { readonly verb: 'NOOP' | 'VRFY' | 'HELP' | 'EXPN'; readonly argument: string }
  /** What is no command: a name nobody knows, an empty line, a line with a bare LF or too long a one. */
  | { readonly verb: 'nonsense'; readonly argument: string };

/** `extended`, and `binary` of MAIL alone: one that EHLO has offered. */
type ParameterKind = 'none' | 'extended' | 'binary' | 'unknown';

export interface Expectation {
  /** Codes that are right. */
  readonly codes: readonly number[];
  /** The state after the reply, by code. */
  readonly after: (code: number) => DialogueState;
}

export function expectation(state: DialogueState, command: DialogueCommand): Expectation {
  const refused = (codes: readonly number[]): Expectation => ({ codes, after: () => state });
  const cleared: DialogueState = {
    ...state,
    sender: undefined,
    recipients: [],
    isChunked: false,
    isBinary: false,
  };
  switch (command.verb) {
    case 'EHLO':
    case 'HELO':
      // §4.1.4: refused, it changes nothing; else it clears as RSET does.
      if (!command.isRight) return refused([501]);
      return { codes: [250], after: () => ({ ...cleared, greeted: command.verb }) };
    case 'MAIL': {
      const wrong = [
        ...(state.greeted === 'none' ? [503] : []),
        ...(state.sender !== undefined ? [503] : []),
        ...(command.path === 'malformed' ? [501, 553] : []),
        ...parameterCodes(command.parameter, state),
      ];
      if (wrong.length > 0) return refused(wrong);
      const isBinary = command.parameter === 'binary';
      return { codes: [250], after: () => ({ ...state, sender: command.path, recipients: [], isBinary }) };
    }
    case 'RCPT': {
      const isOutOfOrder = state.greeted === 'none' || state.sender === undefined || state.isChunked;
      const isMalformed = command.path === 'malformed';
      const wrong = [
        ...(isOutOfOrder ? [503] : []),
        ...(isMalformed ? [501, 553] : []),
        ...parameterCodes(command.parameter, state),
      ];
      if (wrong.length > 0) return refused(wrong);
      if (command.who === 'unknown') return refused([550]);
      if (command.who === 'elsewhere') {
        // The third attempt to relay ends the session: tcpip-smtp.md §3.3 rule 4; RFC 5321 §7.8 leaves it to the site.
        const relayAttempts = state.relayAttempts + 1;
        return { codes: [550], after: () => ({ ...state, relayAttempts, isClosed: relayAttempts >= 3 }) };
      }
      const recipients = [...new Set([...state.recipients, command.path])];
      return { codes: [250], after: () => ({ ...state, recipients }) };
    }
    case 'DATA': {
      const wrong = [
        ...(command.argument !== '' ? [501] : []),
        ...(state.sender === undefined ? [503] : state.recipients.length === 0 ? [503, 554] : []),
        ...(state.isChunked || state.isBinary ? [503] : []),
      ];
      if (wrong.length > 0) return refused(wrong);
      const taken = [...state.taken, { sender: state.sender!, recipients: state.recipients }];
      return { codes: [354], after: () => ({ ...cleared, taken }) };
    }
    case 'BDAT': {
      if (state.sender === undefined || state.recipients.length === 0) return refused([503]);
      if (!command.isLast) return { codes: [250], after: () => ({ ...state, isChunked: true }) };
      const taken = [...state.taken, { sender: state.sender, recipients: state.recipients }];
      return { codes: [250], after: () => ({ ...cleared, taken }) };
    }
    case 'RSET':
      return command.argument === '' ? { codes: [250], after: () => cleared } : refused([500, 501]);
    case 'QUIT':
      return command.argument === ''
        ? { codes: [221], after: () => ({ ...state, isClosed: true }) }
        : refused([500, 501]);
    case 'NOOP':
      return refused([250]);
    case 'HELP':
      return refused([211, 214, 250]);
    case 'VRFY':
      return refused(command.argument === '' ? [501] : [250, 251, 252, 550]);
    case 'EXPN':
      return refused(command.argument === '' ? [501] : [250, 252, 550]);
    case 'nonsense':
      return refused([500, 501, 502]);
  }
}

const parameterCodes = (kind: ParameterKind, state: DialogueState): readonly number[] =>
  kind === 'unknown' || (kind !== 'none' && state.greeted !== 'EHLO') ? [555, 501] : [];
