/** Versions of a file: which there are, which is meant, and how the highest changes hands. DESIGN §4. */
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type HostName, MARKER_PREFIX, readHostName } from './host-names.ts';

export interface VersionedFile {
  readonly hostName: string;
  readonly version: number;
}

/**
 * Versions of one file, highest first. The plain name is the highest: one more than the highest with `;n`, or what its
 * marker says where older versions were removed. So a version keeps its number for life.
 */
export function versionsOf(names: readonly HostName[]): readonly VersionedFile[] {
  const numbered = names
    .filter((each) => !each.isMarker && each.explicitVersion !== undefined)
    .map(withNumber);
  numbered.sort((one, other) => other.version - one.version);
  const plain = plainOf(names);
  if (plain === undefined) return numbered;
  const marked = names.filter((each) => each.isMarker).map((each) => each.explicitVersion ?? 0);
  const version = Math.max((numbered[0]?.version ?? 0) + 1, ...marked);
  return [{ hostName: plain.hostName, version }, ...numbered];
}

const withNumber = (each: HostName): VersionedFile => ({
  hostName: each.hostName,
  version: each.explicitVersion ?? 0,
});

const plainOf = (names: readonly HostName[]): HostName | undefined =>
  names.find((each) => !each.isMarker && each.explicitVersion === undefined);

/** '' `;` `;0`: the highest; `;-1` the one before it; `;n` exactly that. */
export function chooseVersion(
  versions: readonly VersionedFile[],
  version: string,
): VersionedFile | undefined {
  const wanted = Number(version.slice(1) || 0);
  return wanted <= 0 ? versions[-wanted] : versions.find((each) => each.version === wanted);
}

/** The version without `;n` gets its number, so that a higher one can take its place. */
export async function setAside(hostDirectory: string, baseName: string, file: VersionedFile): Promise<void> {
  if (hasNumber(file)) return;
  await rename(join(hostDirectory, file.hostName), join(hostDirectory, `${baseName};${file.version}`));
}

/**
 * After a change: the highest version has the plain name, and a marker if its number would not follow from the others.
 * @param highest  number of the highest version now; nothing is left when there is none
 */
export async function settleVersions(
  hostDirectory: string,
  baseName: string,
  names: readonly HostName[],
  highest: number | undefined,
): Promise<void> {
  const numbered = versionsOf(names.filter((each) => each !== plainOf(names)));
  const others = numbered.filter((each) => each.version !== highest);
  const follows = (others[0]?.version ?? 0) + 1 === highest;
  const marker = highest === undefined || follows ? undefined : `${MARKER_PREFIX}${baseName};${highest}`;
  if (marker !== undefined) await (await open(join(hostDirectory, marker), 'w', 0o600)).close();
  for (const each of names) {
    if (each.isMarker && each.hostName !== marker)
      await rm(join(hostDirectory, each.hostName), { force: true });
  }
  const named = numbered.find((each) => each.version === highest);
  if (plainOf(names) === undefined && named !== undefined) {
    await rename(join(hostDirectory, named.hostName), join(hostDirectory, baseName));
  }
}

const hasNumber = ({ hostName }: VersionedFile): boolean =>
  readHostName(hostName)?.explicitVersion !== undefined;
