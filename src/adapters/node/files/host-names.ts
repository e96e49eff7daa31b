/**
 * Names of files on the host: `NAME.TYP` is the highest version, `NAME.TYP;n` an older one. Case is ignored when looking
 * up; new names are upper case. DESIGN §4.
 */
import { RMS, signal } from '../../../condition/index.ts';
import { escapedName, unescapedName } from '../../../file-specification/index.ts';
import { INDEXED_DIRECTORY } from '../../sqlite/indexed-file/indexed-files.ts';

/** A host file as a name with a version; `undefined`: no `;n` on the host. */
export interface HostName {
  readonly hostName: string;
  /** `NAME.TYP`, upper case, with the dot even where the type is empty. */
  readonly fileName: string;
  readonly explicitVersion: number | undefined;
  /** No file, but a note of the number the plain name stands for. */
  readonly isMarker: boolean;
}

/** Longest name the host takes is 255 bytes; `;32767` must still fit behind it. */
const LONGEST_NAME = 240;

/** Host name of `NAME.TYP` without a version; `^` escapes become the characters themselves. Throws RMS FNM, SYN. */
export function hostBaseName(name: string, type: string): string {
  const text = unescapedName(type === '.' ? name : name + type);
  // A semicolon stands before versions, and in names of the file system's own.
  if (text === '' || text === '.' || text === '..' || /[/\0;]/.test(text)) signal(RMS.FNM);
  if (Buffer.byteLength(text) > LONGEST_NAME) signal(RMS.FNM);
  return text;
}

/** Host name of one component of a directory. */
export const hostDirectoryName = (component: string): string => hostBaseName(component, '');

/** Guards the change of versions of one file; never shown. */
export const LOCK_PREFIX = '.LOCK;';

/** `.HIGHEST;A.TXT;3`: A.TXT is version 3, although ;2 is gone. Empty, never shown. */
export const MARKER_PREFIX = '.HIGHEST;';

/** How a host file is called; undefined for names no specification can have. */
export function readHostName(hostName: string): HostName | undefined {
  if (hostName.startsWith(LOCK_PREFIX) || hostName === INDEXED_DIRECTORY) return undefined;
  const isMarker = hostName.startsWith(MARKER_PREFIX);
  const own = isMarker ? hostName.slice(MARKER_PREFIX.length) : hostName;
  const [, base = own, version] = /^(.*);([1-9]\d{0,4})$/s.exec(own) ?? [];
  if (/[\x00-\x1f;/\\|"?:<>\x7f]/.test(base)) return undefined;
  const dot = base.lastIndexOf('.');
  const name = dot === -1 ? base : base.slice(0, dot);
  const type = dot === -1 ? '' : base.slice(dot + 1);
  return {
    hostName,
    fileName: `${escapedName(name)}.${escapedName(type)}`.toUpperCase(),
    explicitVersion: version === undefined ? undefined : Number(version),
    isMarker,
  };
}
