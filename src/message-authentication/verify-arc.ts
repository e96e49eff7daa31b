/**
 * The ARC chain of a message: its newest signature as one of DKIM, its seals by mailauth. A message without is not looked at any
 * further. Source: RFC 8617 §5.2.
 */
import { withoutLongBlanks } from '../mime/header-fields.ts';
import { toALabels } from '../smtp/idna.ts';
import type { DkimKeys } from './dkim-keys.ts';
import type { HeaderRow } from './header-rows.ts';
import type { ArcData, ArcResult, AskDns, KeyCache, Mailauth } from './mailauth.ts';

export interface ArcChain {
  /** The newest ARC-Message-Signature of a chain that is one. */
  readonly signature: HeaderRow | undefined;
  /** @param signatureResult  what came of the signature */
  verify(signatureResult: string | undefined): Promise<ArcVerdict>;
}

export interface ArcVerdict {
  readonly arc: ArcResult;
  /** Who sealed it last, where the whole chain is good. */
  readonly sealedBy: string | undefined;
}

export const isArc = ({ name }: HeaderRow): boolean => name.startsWith('arc-');

const NO_ARC: ArcChain = {
  signature: undefined,
  verify: async () => ({ arc: { status: { result: 'none' } }, sealedBy: undefined }),
};

export function arcChain(
  mailauth: Mailauth,
  rows: readonly HeaderRow[],
  keys: DkimKeys,
  ask: AskDns,
): ArcChain {
  const fields = rows.filter(isArc);
  if (fields.length === 0) return NO_ARC;
  const lines = new Map(
    fields.map((row) => [withoutLongBlanks(Buffer.from(row.text, 'latin1')), row] as const),
  );
  const data: ArcData = { chain: false, keyCache: keysForMailauth(keys, ask) };
  try {
    const parsed = [...lines].map(([line, { name }]) => ({ key: name, line }));
    data.chain = mailauth.getARChain({ parsed });
    data.lastEntry = data.chain === false ? undefined : data.chain.at(-1);
  } catch (error) {
    data.error = error;
  }
  const newest = data.lastEntry;
  return {
    signature: newest && lines.get(newest['arc-message-signature'].original),
    async verify(signatureResult) {
      if (newest !== undefined && signatureResult !== undefined)
        newest.messageSignature = { status: { result: signatureResult } };
      const arc = await mailauth.arc(data, { resolver: ask });
      const sealer = newest?.['arc-seal'].parsed?.d?.value;
      return { arc, sealedBy: arc.status.result === 'pass' ? sealer?.toLowerCase() : undefined };
    },
  };
}

/** Keys of seals are those of signatures. */
const keysForMailauth = (keys: DkimKeys, resolver: AskDns): KeyCache => ({
  resolver,
  async get(_type, name) {
    const [selector = '', domain = ''] = name.split('._domainkey.', 2).map((each) => toALabels(each) ?? '');
    const found = await keys.find(selector, domain, resolver);
    if (!('key' in found)) throw Object.assign(new Error(found.comment), { code: found.code });
    return { publicKey: found.key, keyType: found.type };
  },
});
