/**
 * What a backup consists of: a tar whose first member says what it is, then the root below DKA0/, and as its last member
 * the checksums of all others, as sha256sum(1) writes them. An archive without the last member is not whole.
 */

export const FORMAT = 1;
export const LABEL = 'BACKUP.json';
export const CONTENT = 'DKA0';
export const CHECKSUMS = 'SHA256SUMS';

export interface BackupLabel {
  readonly format: number;
  /** Of vmsmail, that made it. */
  readonly version: string;
  readonly node: string;
  readonly host: string;
  /** The instant the databases are of; ISO 8601. */
  readonly takenAt: string;
}

/** Throws an Error for what no program of ours wrote, or a newer one. */
export function readLabel(text: string): BackupLabel {
  let label: Partial<BackupLabel> | null;
  try {
    label = JSON.parse(text) as Partial<BackupLabel> | null;
  } catch {
    label = null;
  }
  if (typeof label?.format !== 'number') throw new Error('it is no backup of vmsmail');
  if (label.format > FORMAT)
    throw new Error(
      `it has format ${label.format}, this program knows up to ${FORMAT}: install a newer vmsmail`,
    );
  const { format, version = '', node = '', host = '', takenAt = '' } = label;
  return { format, version, node, host, takenAt };
}

/** A name with a backslash or a line end is written with escapes, behind a backslash. coreutils, sha256sum */
export function checksumLine(sha256: string, path: string): string {
  const written = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `${written === path ? '' : '\\'}${sha256}  ${written}\n`;
}

/** By path. */
export function readChecksums(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, escaped, sha256, written] = /^(\\?)([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (sha256 === undefined || written === undefined) continue;
    const path =
      escaped === ''
        ? written
        : written.replace(/\\([\\nr])/g, (_, each) => ({ n: '\n', r: '\r' })[each as string] ?? '\\');
    found.set(path, sha256);
  }
  return found;
}
