/**
 * `vmsmail dkim`: the keys that sign mail of a domain. A new key begins to sign later, when its record has had time to reach
 * everybody; the one before then stops by itself, and is retired when nobody verifies its mail any more.
 */
import { hostFileSystem } from '../../adapters/node/host-file-system.ts';
import { systemClock } from '../../adapters/node/system-clock.ts';
import { openSqliteSystemStore } from '../../adapters/sqlite/system-store/index.ts';
import { newSigningKey, recordName, zoneLine } from '../../message-authentication/index.ts';
import type { Resolution } from '../../ports/resolver.ts';
import type { SystemStore } from '../../ports/system-store.ts';
import { type DkimKey, dkimKeyState, dkimKeys, putDkimKeys } from '../../system/settings/index.ts';
import { nodeRoot, rootExists } from '../node-root.ts';
import { writeKeyFile } from '../parts/dkim-key-files.ts';
import { complain, print } from './display.ts';

interface RootOption {
  readonly root: string;
}

export interface NewKeyOptions extends RootOption {
  readonly selector?: string;
  readonly algorithm?: 'rsa' | 'ed25519';
  readonly bits?: number;
  /** Milliseconds from now. */
  readonly activateIn?: number;
}

/** A first key signs at once unless somebody says otherwise: nothing signs before it. */
export const generateKey = (domain: string, options: NewKeyOptions): Promise<number> =>
  withStore(options, async (store) => {
    const made = await addKeys(store, domain, [options.algorithm ?? 'rsa'], { activateIn: 0, ...options });
    return typeof made === 'string' ? complain(made) : tellOfNew(made);
  });

const DAY_MS = 86_400_000;

/** Algorithms as before, the next key of each or of none; two days for the DNS. */
export const rotateKey = (domain: string, options: NewKeyOptions): Promise<number> =>
  withStore(options, async (store) => {
    const keys = dkimKeys(await store.settings());
    const before = keys.filter((each) => each.domain === domain && each.retiredAt === undefined);
    if (before.length === 0) return complain(`${domain} has no key yet: vmsmail dkim generate ${domain}`);
    const algorithms =
      options.algorithm === undefined
        ? [...new Set(before.map((each) => each.algorithm))]
        : [options.algorithm];
    if (options.selector !== undefined && algorithms.length > 1)
      return complain(
        `${domain} has keys of ${algorithms.join(' and ')}, and a selector names one: say --algorithm too, or leave --selector out`,
      );
    const made = await addKeys(store, domain, algorithms, { activateIn: 2 * DAY_MS, ...options });
    return typeof made === 'string' ? complain(made) : tellOfNew(made);
  });

export const listKeys = (options: RootOption): Promise<number> =>
  withStore(options, async (store) => {
    const keys = dkimKeys(await store.settings());
    if (keys.length === 0) {
      print('No domain has a key: vmsmail dkim generate DOMAIN makes one');
      return 0;
    }
    const now = Date.now();
    const rows = keys.map((key) => [
      key.domain,
      key.selector,
      key.algorithm,
      dkimKeyState(key, keys, now),
      sinceText(key),
    ]);
    const all = [['domain', 'selector', 'algorithm', 'state', 'signs'], ...rows];
    const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
    for (const row of all)
      print(
        row
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join('  ')
          .trimEnd(),
      );
    return 0;
  });

const day = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
const sinceText = ({ activeFrom, retiredAt }: DkimKey): string =>
  retiredAt === undefined ? `from ${day(activeFrom)} UTC` : `until ${day(retiredAt)} UTC`;

/** For the zone file. */
export const showKey = (domain: string, selector: string | undefined, options: RootOption): Promise<number> =>
  withStore(options, async (store) => {
    const found = dkimKeys(await store.settings()).filter(
      (each) =>
        each.domain === domain &&
        (selector === undefined ? each.retiredAt === undefined : each.selector === selector),
    );
    if (found.length === 0) return complain(noSuchKey(domain, selector));
    for (const key of found) {
      // An empty p= says: this key is revoked. RFC 6376 §3.6.1
      print(key.retiredAt === undefined ? zoneLine(key) : zoneLine({ ...key, publicKey: '' }));
    }
    return 0;
  });

/** Whether the DNS has what verifies the mail: exit status 1 where it has not. */
export const checkKeys = (domain: string, options: RootOption): Promise<number> =>
  withStore(options, async (store) => {
    const keys = dkimKeys(await store.settings()).filter(
      (each) => each.domain === domain && each.retiredAt === undefined,
    );
    if (keys.length === 0) return complain(noSuchKey(domain, undefined));
    const { createDnsResolver } = await import('../../adapters/node/dns-resolver.ts');
    const resolver = createDnsResolver();
    let status = 0;
    for (const key of keys) {
      const found = await resolver.txt(recordName(key));
      const finding = findingOf(found, key);
      if (finding !== 'is in the DNS') status = 1;
      print(`${recordName(key)} ${finding}`);
    }
    return status;
  });

function findingOf(found: Resolution<string>, key: DkimKey): string {
  if (found.kind === 'temporary') return `cannot be looked up (${found.reason})`;
  if (found.kind !== 'found') return 'is not in the DNS';
  const published = found.records.map((text) => /(?:^|;)\s*p=([^;]*)/.exec(text)?.[1]?.replace(/\s/g, ''));
  return published.length === 1 && published[0] === key.publicKey
    ? 'is in the DNS'
    : 'is in the DNS with something else';
}

/** The private half goes; what it signed verifies as long as its record is in the DNS. */
export const retireKey = (domain: string, selector: string, options: RootOption): Promise<number> =>
  withStore(options, async (store, root) => {
    const keys = dkimKeys(await store.settings());
    const key = keys.find((each) => each.domain === domain && each.selector === selector);
    if (key === undefined || key.retiredAt !== undefined) return complain(noSuchKey(domain, selector));
    await putDkimKeys(
      store,
      keys.map((each) => (each === key ? { ...each, retiredAt: Date.now() } : each)),
    );
    const files = hostFileSystem({ root, clock: systemClock });
    try {
      await files.remove(key.file);
    } finally {
      files.close();
    }
    print(
      `${selector} of ${domain} signs no more. Leave ${recordName(key)} in the DNS for a week: mail on its way is verified with it`,
    );
    return 0;
  });

const noSuchKey = (domain: string, selector: string | undefined): string =>
  selector === undefined ? `${domain} has no key` : `${domain} has no key with the selector ${selector}`;

function tellOfNew(keys: readonly DkimKey[]): number {
  for (const key of keys) {
    print(zoneLine(key));
    const when = key.activeFrom <= Date.now() ? 'now' : `from ${day(key.activeFrom)} UTC on`;
    process.stderr.write(`Put this record into the DNS: mail of ${key.domain} is signed with it ${when}.\n`);
  }
  return 0;
}

/** All of them or none. @returns why not */
async function addKeys(
  store: SystemStore,
  domain: string,
  algorithms: readonly DkimKey['algorithm'][],
  options: Omit<NewKeyOptions, 'algorithm'> & { readonly activateIn: number },
): Promise<readonly DkimKey[] | string> {
  const keys = dkimKeys(await store.settings());
  const now = Date.now();
  const { selector } = options;
  if (keys.some((each) => each.domain === domain && each.selector === selector))
    return `${domain} has a key with the selector ${selector} already, and a selector is not used twice`;
  const files = hostFileSystem({ root: options.root, clock: systemClock });
  try {
    const made: DkimKey[] = [];
    for (const algorithm of algorithms) {
      const { privateKey, publicKey } = await newSigningKey(algorithm, options.bits);
      made.push({
        domain,
        selector: selector ?? freeSelector(keys, domain, algorithm, now),
        algorithm,
        publicKey,
        createdAt: now,
        activeFrom: now + options.activateIn,
        file: await writeKeyFile(files, privateKey),
      });
    }
    await putDkimKeys(store, [...keys, ...made]);
    return made;
  } finally {
    files.close();
  }
}

/** `vms20261125`, `vms20261125e` for Ed25519, then with a number. */
function freeSelector(
  keys: readonly DkimKey[],
  domain: string,
  algorithm: DkimKey['algorithm'],
  now: number,
): string {
  const date = new Date(now).toISOString().slice(0, 10).replaceAll('-', '');
  const first = `vms${date}${algorithm === 'rsa' ? '' : 'e'}`;
  const isTaken = (selector: string): boolean =>
    keys.some((each) => each.domain === domain && each.selector === selector);
  if (!isTaken(first)) return first;
  for (let number = 2; ; number++) if (!isTaken(`${first}-${number}`)) return `${first}-${number}`;
}

async function withStore(
  { root }: RootOption,
  work: (store: SystemStore, root: string) => Promise<number>,
): Promise<number> {
  const paths = nodeRoot(root);
  if (!rootExists(paths)) return complain(`there is no node at ${root} yet; vmsmail start creates it`);
  const store = await openSqliteSystemStore(paths.systemDirectory);
  try {
    return await work(store, paths.root);
  } finally {
    await store.close();
  }
}
