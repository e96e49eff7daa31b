/** A version comes or goes; what is there keeps its number. The caller holds the lock of the name. */
import { join } from 'node:path';
import { RMS, signal } from '../../../condition/index.ts';
import { HIGHEST_VERSION } from '../../../file-specification/index.ts';
import { nameOfVersion, type Place, readAgain } from './place.ts';
import { setAside, settleVersions } from './versions.ts';

interface NewVersion {
  readonly hostPath: string;
  readonly specification: string;
}

/**
 * Makes room for a new version and lets `fill` put the file there.
 * @param version  `;3`, or '' and `;0` for the next. Throws FEX, VER.
 */
export async function addVersion<T>(
  stale: Place,
  version: string,
  fill: (place: NewVersion) => Promise<T>,
): Promise<T> {
  const place = await readAgain(stale);
  const { hostDirectory, baseName, versions } = place;
  const [highest] = versions;
  const next = (highest?.version ?? 0) + 1;
  const wanted = Number(version.slice(1)) || next;
  if (wanted < 0 || wanted > HIGHEST_VERSION) signal(RMS.VER);
  if (versions.some((each) => each.version === wanted)) signal(RMS.FEX);
  if (wanted >= next && highest !== undefined) await setAside(hostDirectory, baseName, highest);
  const hostPath = join(hostDirectory, wanted >= next ? baseName : `${baseName};${wanted}`);
  const result = await fill({ hostPath, specification: nameOfVersion(place, wanted) });
  const { names } = await readAgain(place);
  // The source of a rename may have been one of them. A highest that was not set aside kept its host name.
  const kept = versions.filter(({ version, hostName }) =>
    names.some((each) =>
      each.isMarker
        ? false
        : each.explicitVersion === version || (wanted < next && each.hostName === hostName),
    ),
  );
  const before = kept.map((each) => each.version);
  await settleVersions(hostDirectory, baseName, names, Math.max(wanted, ...before));
  return result;
}

/** Lets `take` take a version away. */
export async function takeVersion<T>(stale: Place, take: (place: Place) => Promise<T>): Promise<T> {
  const place = await readAgain(stale);
  const result = await take(place);
  const { names } = await readAgain(place);
  const left = place.versions.find((each) => names.some(({ hostName }) => hostName === each.hostName));
  await settleVersions(place.hostDirectory, place.baseName, names, left?.version);
  return result;
}
