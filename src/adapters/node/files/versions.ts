/** Versions of a file: which there are, which is meant, and how the highest changes hands. DESIGN §4. */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type HostName, readHostName } from './host-names.ts';

export interface VersionedFile {
  readonly hostName: string;
  readonly version: number;
}

/** Versions of one file, highest first. The one without `;n` is the highest, one more than the highest with it. */
export function versionsOf(names: readonly HostName[]): readonly VersionedFile[] {
  const numbered = names
    .filter((each) => each.explicitVersion !== undefined)
    .map((each) => ({ hostName: each.hostName, version: each.explicitVersion! }))
    .sort((one, other) => other.version - one.version);
  const plain = names.find((each) => each.explicitVersion === undefined);
  if (plain === undefined) return numbered;
  return [{ hostName: plain.hostName, version: (numbered[0]?.version ?? 0) + 1 }, ...numbered];
}

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

/** After the highest version is gone, the next one gets the plain name if its number stays the same. */
export async function promoteHighest(
  hostDirectory: string,
  baseName: string,
  versions: readonly VersionedFile[],
): Promise<void> {
  const [highest, next] = versions;
  if (highest === undefined || hasNumber(highest) === false) return;
  if ((next?.version ?? 0) + 1 !== highest.version) return;
  await rename(join(hostDirectory, highest.hostName), join(hostDirectory, baseName));
}

const hasNumber = ({ hostName }: VersionedFile): boolean =>
  readHostName(hostName)?.explicitVersion !== undefined;
