/**
 * What SET TERMINAL changes and SHOW TERMINAL shows, one for the terminal of a job. Size, echo and insert mode take effect;
 * the others say what OpenVMS would, for procedures that save and restore them.
 * Source: DCL Dictionary, SET TERMINAL and SHOW TERMINAL.
 */
import type { Terminal } from '../ports/session-io.ts';
import { physicalName } from '../system/device-name.ts';

/** In the order of the display, four in a row: qualifier, word when on, word when off, and how it begins. */
const rows: readonly (readonly [name: string, on: string, off: string, isOn: boolean])[] = [
  ['INTERACTIVE', 'Interactive', 'Passall', true],
  ['ECHO', 'Echo', 'No Echo', true],
  ['TYPE_AHEAD', 'Type_ahead', 'No Type_ahead', true],
  ['ESCAPE', 'Escape', 'No Escape', false],
  ['HOSTSYNC', 'Hostsync', 'No Hostsync', true],
  ['TTSYNC', 'TTsync', 'No TTsync', true],
  ['LOWERCASE', 'Lowercase', 'Uppercase', true],
  ['TAB', 'Tab', 'No Tab', true],
  ['WRAP', 'Wrap', 'No Wrap', true],
  ['SCOPE', 'Scope', 'Hardcopy', true],
  ['REMOTE', 'Remote', 'No Remote', false],
  ['EIGHT_BIT', 'Eightbit', 'No Eightbit', true],
  ['BROADCAST', 'Broadcast', 'No Broadcast', true],
  ['READSYNC', 'Readsync', 'No Readsync', false],
  ['FORM', 'Form', 'No Form', false],
  ['FULLDUP', 'Fulldup', 'Halfdup', true],
  ['MODEM', 'Modem', 'No Modem', false],
  ['LOCAL_ECHO', 'Local_echo', 'No Local_echo', false],
  ['AUTOBAUD', 'Autobaud', 'No Autobaud', false],
  ['HANGUP', 'Hangup', 'No Hangup', false],
  ['BRDCSTMBX', 'Brdcstmbx', 'No Brdcstmbx', false],
  ['DMA', 'DMA', 'No DMA', false],
  ['ALTYPEAHD', 'Altypeahd', 'No Altypeahd', false],
  ['SET_SPEED', 'Set_speed', 'No Set_speed', true],
  ['COMMSYNC', 'Commsync', 'No Commsync', false],
  ['LINE_EDITING', 'Line Editing', 'No Line Editing', true],
  ['INSERT', 'Insert editing', 'Overstrike editing', false],
  ['FALLBACK', 'Fallback', 'No Fallback', false],
  ['DIALUP', 'Dialup', 'No Dialup', false],
  ['SECURE_SERVER', 'Secure server', 'No Secure server', false],
  ['DISCONNECT', 'Disconnect', 'No Disconnect', false],
  ['PASTHRU', 'Pasthru', 'No Pasthru', false],
  ['SYSPASSWORD', 'Syspassword', 'No Syspassword', false],
  ['SIXEL_GRAPHICS', 'SIXEL Graphics', 'No SIXEL Graphics', false],
  ['SOFT_CHARACTERS', 'Soft Characters', 'No Soft Characters', false],
  ['PRINTER_PORT', 'Printer Port', 'No Printer Port', false],
  ['NUMERIC_KEYPAD', 'Numeric Keypad', 'Application Keypad', true],
  ['ANSI_CRT', 'ANSI_CRT', 'No ANSI_CRT', true],
  ['REGIS', 'Regis', 'No Regis', false],
  ['BLOCK_MODE', 'Block_mode', 'No Block_mode', false],
  ['ADVANCED_VIDEO', 'Advanced_video', 'No Advanced_video', true],
  ['EDIT_MODE', 'Edit_mode', 'No Edit_mode', true],
  ['DEC_CRT', 'DEC_CRT', 'No DEC_CRT', true],
  ['DEC_CRT2', 'DEC_CRT2', 'No DEC_CRT2', true],
  ['DEC_CRT3', 'DEC_CRT3', 'No DEC_CRT3', true],
  ['DEC_CRT4', 'DEC_CRT4', 'No DEC_CRT4', false],
  ['DEC_CRT5', 'DEC_CRT5', 'No DEC_CRT5', false],
  ['ANSI_COLOR', 'Ansi_Color', 'No Ansi_Color', false],
];

/** How every terminal begins. */
export const initialCharacteristics: ReadonlyMap<string, boolean> = new Map(
  rows.map(([name, , , isOn]) => [name, isOn]),
);

/** Those SET TERMINAL can change; the others are facts. */
export const settableCharacteristics: readonly string[] = rows
  .map(([name]) => name)
  .filter((name) => !['INTERACTIVE', 'REMOTE', 'DMA'].includes(name));

/** Qualifiers that say the opposite of another one. */
export const opposites: Readonly<Record<string, string>> = {
  APPLICATION_KEYPAD: 'NUMERIC_KEYPAD',
  HALFDUP: 'FULLDUP',
  HARDCOPY: 'SCOPE',
  OVERSTRIKE: 'INSERT',
  UPPERCASE: 'LOWERCASE',
};

export const deviceTypes = [
  'VT52',
  'VT100',
  'VT102',
  'VT125',
  'VT200_SERIES',
  'VT300_SERIES',
  'VT400_SERIES',
  'VT500_SERIES',
  'UNKNOWN',
  'LA36',
  'LA120',
] as const;

const LARGEST_PAGE = 255;
const LARGEST_WIDTH = 511;
const COLUMN = 19;

export class TerminalCharacteristics {
  deviceType = 'VT300_Series';
  readonly #terminal: Terminal;
  readonly #flags = new Map(initialCharacteristics);

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  has(name: string): boolean {
    return this.#flags.get(name) ?? false;
  }

  set(name: string, isOn: boolean): void {
    this.#flags.set(name, isOn);
    if (name === 'ECHO') this.#terminal.configure({ echo: isOn });
    if (name === 'NUMERIC_KEYPAD') this.#terminal.configure({ applicationKeypad: !isOn });
    if (name === 'INSERT') this.#terminal.configure({ insert: isOn });
  }

  /** False where no terminal is so large, or so small. */
  resize(size: { readonly columns?: number; readonly rows?: number }): boolean {
    const { columns = 80, rows: page = 24 } = size;
    if (columns < 1 || columns > LARGEST_WIDTH || page < 0 || page > LARGEST_PAGE) return false;
    this.#terminal.configure(size);
    return true;
  }

  lines(owner: string, userName: string): readonly string[] {
    const { deviceName, columns, rows: page } = this.#terminal;
    const name = physicalName(deviceName);
    const words = rows.map(([each, on, off]) => (this.has(each) ? on : off).padEnd(COLUMN));
    return [
      `Terminal: ${name.padEnd(11)} Device_Type: ${this.deviceType.padEnd(13)} Owner: ${owner}`,
      `${''.padEnd(46)}Username: ${userName}`,
      '',
      `   Input:   9600     LFfill:  0      Width: ${String(columns).padStart(3)}      Parity: None`,
      `   Output:  9600     CRfill:  0      Page:  ${String(page).padStart(3)}      `,
      '',
      'Terminal Characteristics:',
      ...Array.from({ length: words.length / 4 }, (_, row) =>
        `   ${words.slice(row * 4, row * 4 + 4).join('')}`.trimEnd(),
      ),
      '   VMS Style Input',
    ];
  }
}
