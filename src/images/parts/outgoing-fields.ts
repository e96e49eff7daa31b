/**
 * What stands on top of mail that leaves for other hosts: DKIM signatures on what comes from here, an ARC set on what was sent
 * here by strangers and is forwarded. Without keys it is nothing. Source: RFC 6376 §5, RFC 8617 §5.1.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { FileSystem } from '../../ports/file-system.ts';
import type { Log } from '../../ports/log.ts';
import type { OutgoingFields } from '../../symbiont/index.ts';
import { type DkimKey, signingDkimKeys } from '../../system/settings/index.ts';
import { readKeyFile } from './dkim-key-files.ts';

export function createOutgoingFields(deps: {
  readonly keys: () => readonly DkimKey[];
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly log: Log;
  readonly hostName: string;
  readonly seals: () => boolean;
}): OutgoingFields {
  const { clock, log, hostName } = deps;
  /** By file: read once. */
  const known = new Map<string, KeyObject>();

  const usable = async (key: DkimKey): Promise<KeyObject | undefined> => {
    const found = known.get(key.file);
    if (found !== undefined) return found;
    try {
      const made = createPrivateKey(await readKeyFile(deps.files, key.file));
      known.set(key.file, made);
      return made;
    } catch (error) {
      log.error({ err: error, domain: key.domain, selector: key.selector }, 'a DKIM key cannot be used');
      return undefined;
    }
  };

  const keysFor = async (domain: string) => {
    const keys = signingDkimKeys(deps.keys(), domain, clock.now());
    const found = await Promise.all(
      keys.map(async ({ domain, selector, ...rest }) => {
        const privateKey = await usable({ domain, selector, ...rest });
        return privateKey === undefined ? [] : [{ domain, selector, privateKey }];
      }),
    );
    return found.flat();
  };

  return {
    // Most nodes have none: the code that signs is not even loaded.
    isNeeded: () => deps.keys().length > 0,
    signs: (domain) => signingDkimKeys(deps.keys(), domain, clock.now()).length > 0,
    async fields({ header, body, authorDomain }) {
      const { arcSet, dkimSignatures, ownResults } = await import('../../message-authentication/index.ts');
      if (ownResults(header, hostName) === undefined)
        return dkimSignatures({ header, body }, await keysFor(authorDomain), clock.now());
      const [key] = deps.seals() ? await keysFor(hostName) : [];
      return key === undefined ? '' : arcSet({ header, body }, key, hostName, clock.now());
    },
  };
}
