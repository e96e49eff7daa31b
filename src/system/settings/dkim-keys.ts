/**
 * The DKIM keys of a node: which domain signs with which selector, and from when. The private halves are files of the system;
 * what stands here may be shown. Source: RFC 6376 §3.6; key rotation: M3AAWG DKIM Key Rotation Best Common Practices.
 */
import type { SystemStore } from '../../ports/system-store.ts';

export interface DkimKey {
  /** Lower case, A-labels. */
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: 'rsa' | 'ed25519';
  /** p= of its record: base64. */
  readonly publicKey: string;
  readonly createdAt: number;
  /** It signs from then on: its record has to be in the DNS. */
  readonly activeFrom: number;
  /** It signs no more, and its private half is gone. */
  readonly retiredAt?: number;
  /** Specification of the private half. */
  readonly file: string;
}

/** waiting → active → superseded, when a later one of the same domain and algorithm has become active → retired. */
export type DkimKeyState = 'waiting' | 'active' | 'superseded' | 'retired';

const RECORD = 'DKIM_KEYS';

export function dkimKeys(stored: ReadonlyMap<string, string>): readonly DkimKey[] {
  return JSON.parse(stored.get(RECORD) ?? '[]') as readonly DkimKey[];
}

/** Throws what the store throws. */
export const putDkimKeys = (store: SystemStore, keys: readonly DkimKey[]): Promise<void> =>
  store.putSetting(RECORD, keys.length === 0 ? undefined : JSON.stringify(keys));

export function dkimKeyState(key: DkimKey, keys: readonly DkimKey[], now: number): DkimKeyState {
  if (key.retiredAt !== undefined) return 'retired';
  if (key.activeFrom > now) return 'waiting';
  return newestActive(keys, key.domain, key.algorithm, now) === key ? 'active' : 'superseded';
}

/**
 * Those that sign for an author's domain now: of the domain itself, else of the nearest domain above it that has one (RFC 9989
 * §3.2.10.1 calls that aligned); one for each algorithm.
 */
export function signingDkimKeys(keys: readonly DkimKey[], domain: string, now: number): readonly DkimKey[] {
  const labels = domain.toLowerCase().split('.');
  for (let index = 0; index < labels.length - 1; index++) {
    const name = labels.slice(index).join('.');
    const found = (['rsa', 'ed25519'] as const).flatMap(
      (algorithm) => newestActive(keys, name, algorithm, now) ?? [],
    );
    if (found.length > 0) return found;
  }
  return [];
}

const newestActive = (
  keys: readonly DkimKey[],
  domain: string,
  algorithm: DkimKey['algorithm'],
  now: number,
): DkimKey | undefined =>
  keys
    .filter(
      (each) =>
        each.domain === domain &&
        each.algorithm === algorithm &&
        each.retiredAt === undefined &&
        each.activeFrom <= now,
    )
    .sort((a, b) => b.activeFrom - a.activeFrom || b.createdAt - a.createdAt)[0];
