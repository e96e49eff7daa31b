/** Items TT_… of F$GETDVI: what SET TERMINAL changes, for one's own terminal; of another, how a terminal begins. */
import { initialCharacteristics } from '../terminal-characteristics.ts';
import type { LexicalContext } from './lexical-function.ts';

/** By the characteristic that says the same, or with `!` the opposite. */
export const terminalItems: Readonly<Record<string, string>> = {
  ...{ TT_NOECHO: '!ECHO', TT_NOTYPEAHD: '!TYPE_AHEAD', TT_NOBRDCST: '!BROADCAST', TT_HALFDUP: '!FULLDUP' },
  ...{ TT_APP_KEYPAD: '!NUMERIC_KEYPAD', TT_INTERACTIVE: 'INTERACTIVE', TT_ESCAPE: 'ESCAPE' },
  ...{ TT_HOSTSYNC: 'HOSTSYNC', TT_TTSYNC: 'TTSYNC', TT_LOWER: 'LOWERCASE', TT_MECHTAB: 'TAB' },
  ...{ TT_WRAP: 'WRAP', TT_SCOPE: 'SCOPE', TT_REMOTE: 'REMOTE', TT_EIGHTBIT: 'EIGHT_BIT' },
  ...{ TT_READSYNC: 'READSYNC', TT_MECHFORM: 'FORM', TT_MODEM: 'MODEM', TT_LOCALECHO: 'LOCAL_ECHO' },
  ...{ TT_AUTOBAUD: 'AUTOBAUD', TT_HANGUP: 'HANGUP', TT_BRDCSTMBX: 'BRDCSTMBX', TT_DMA: 'DMA' },
  ...{ TT_ALTYPEAHD: 'ALTYPEAHD', TT_SETSPEED: 'SET_SPEED', TT_EDITING: 'LINE_EDITING', TT_INSERT: 'INSERT' },
  ...{ TT_FALLBACK: 'FALLBACK', TT_DIALUP: 'DIALUP', TT_SECURE: 'SECURE_SERVER', TT_PASTHRU: 'PASTHRU' },
  ...{ TT_DISCONNECT: 'DISCONNECT', TT_SYSPWD: 'SYSPASSWORD', TT_SIXEL: 'SIXEL_GRAPHICS', TT_REGIS: 'REGIS' },
  ...{ TT_DRCS: 'SOFT_CHARACTERS', TT_PRINTER: 'PRINTER_PORT', TT_ANSICRT: 'ANSI_CRT', TT_EDIT: 'EDIT_MODE' },
  ...{ TT_BLOCK: 'BLOCK_MODE', TT_AVO: 'ADVANCED_VIDEO', TT_DECCRT: 'DEC_CRT', TT_DECCRT2: 'DEC_CRT2' },
  ...{ TT_DECCRT3: 'DEC_CRT3', TT_DECCRT4: 'DEC_CRT4', TT_DECCRT5: 'DEC_CRT5', TT_COLOR: 'ANSI_COLOR' },
};

/** @param isOwn  the terminal of the job that asks */
export function terminalFlag(characteristic: string, isOwn: boolean, { job }: LexicalContext): boolean {
  const name = characteristic.replace(/^!/, '');
  const own = isOwn ? job.terminal?.has(name) : undefined;
  const isOn = own ?? initialCharacteristics.get(name) ?? false;
  return characteristic.startsWith('!') ? !isOn : isOn;
}
