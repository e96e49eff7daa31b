/**
 * Names that are no files: the streams of the session, the terminal, a pipe, the null device. OPEN, READ and WRITE, the
 * commands that read or write a file, /OUTPUT and MAIL understand them, also behind a logical name. Source: dcl.md §10.2, §11.2, §15.
 */
import { bareName } from './device-name.ts';
import type { ProcessContext } from './process.ts';

export type SessionDevice = 'SYS$INPUT' | 'SYS$OUTPUT' | 'SYS$ERROR' | 'SYS$COMMAND' | 'SYS$PIPE' | 'NL';

const devices: Readonly<Record<string, SessionDevice>> = {
  SYS$INPUT: 'SYS$INPUT',
  SYS$OUTPUT: 'SYS$OUTPUT',
  SYS$ERROR: 'SYS$ERROR',
  SYS$COMMAND: 'SYS$COMMAND',
  SYS$PIPE: 'SYS$PIPE',
  TT: 'SYS$COMMAND',
  NL: 'NL',
  NLA0: 'NL',
};

const DEEPEST = 10;

/** The device a specification names, itself or behind logical names; undefined for what may be a file. */
export function sessionDevice(text: string, process: ProcessContext): SessionDevice | undefined {
  const own = process.terminal?.deviceName;
  let name = text;
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const plain = /^_*([A-Z0-9$_]+):?$/i.exec(name)?.[1]?.toUpperCase();
    if (plain === undefined) return undefined;
    if (Object.hasOwn(devices, plain)) return devices[plain];
    if (own !== undefined && plain === bareName(own)) return 'SYS$COMMAND';
    const [value] = process.logicalNames.lookup(plain)?.values ?? [];
    if (value === undefined) return undefined;
    name = value;
  }
  return undefined;
}

/** As the messages of a command that writes there call it. */
export const deviceText = (text: string): string => `${text.toUpperCase().replace(/:$/, '')}:`;
