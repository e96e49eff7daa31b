/** New files: a version with its header, and the oldest versions that go for it (/VERSION_LIMIT). */
import { isCondition, RMS } from '../../../condition/index.ts';
import { parseFileSpecification } from '../../../file-specification/index.ts';
import type { NewFileHeader } from '../../../ports/file-system.ts';
import type { FileHeaders } from '../../sqlite/file-headers/index.ts';
import type { Entries } from './entries.ts';
import { variableFile } from './header-view.ts';
import type { HostDevices } from './host-devices.ts';
import { withNameLock } from './name-lock.ts';
import { atPlace, nameOfVersion, type Place, readAgain } from './place.ts';
import { addVersion } from './version-change.ts';

export interface NewFilesParts {
  readonly devices: HostDevices;
  readonly headers: FileHeaders;
  readonly entries: Entries;
  readonly now: () => number;
  /** Throws RMS FLK for a file that is open. */
  readonly remove: (specification: string) => Promise<void>;
}

export class NewFiles {
  readonly #parts: NewFilesParts;

  constructor(parts: NewFilesParts) {
    this.#parts = parts;
  }

  /** A new version, with its header; `fill` puts the file there. */
  async make<T>(
    text: string,
    header: NewFileHeader,
    fill: (hostPath: string) => Promise<T>,
  ): Promise<{ readonly result: T; readonly specification: string }> {
    const { devices, headers, now } = this.#parts;
    const target = parseFileSpecification(text);
    return atPlace(devices, target, async (place) => {
      const versionLimit = this.#limitFor(place);
      const made = await withNameLock(place, () =>
        addVersion(place, target.version, async ({ hostPath, specification }) => {
          // The header first: nobody is to meet a file that is less protected than it will be.
          headers.put(specification, {
            ...variableFile,
            versionLimit,
            created: now(),
            ...header,
          });
          return { result: await fill(hostPath), specification };
        }),
      );
      await this.#keepToLimit(place);
      return made;
    });
  }

  /** How many versions are kept: as of the version before, or as the directory says for new files. */
  #limitFor(place: Place): number {
    const { headers, entries } = this.#parts;
    const [before] = place.versions;
    const header = before && headers.get(nameOfVersion(place, before.version));
    return header?.versionLimit ?? entries.directoryHeader(place.device, place.directory).versionLimit;
  }

  /** The oldest versions go. The limit of the highest version counts. */
  async #keepToLimit(stale: Place): Promise<void> {
    const { headers, remove } = this.#parts;
    const { versions } = await readAgain(stale);
    const [highest] = versions;
    const limit = highest && headers.get(nameOfVersion(stale, highest.version))?.versionLimit;
    if (limit === undefined || limit === 0) return;
    for (const { version } of versions.slice(limit))
      await remove(nameOfVersion(stale, version)).catch((error) => {
        // One that is open stays until the next time.
        if (!isCondition(error) || error.value !== RMS.FLK.value) throw error;
      });
  }
}
