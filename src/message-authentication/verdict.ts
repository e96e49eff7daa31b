/** What the checks of a message come to, together. Source: RFC 8601 §2.7; RFC 9989 §4.10.2. */
import type { DmarcResult, Mailauth, SpfResult } from './mailauth.ts';
import type { ArcVerdict } from './verify-arc.ts';
import type { DkimResult } from './verify-dkim.ts';

export interface Verdict {
  /** For Authentication-Results: `spf=pass (…) smtp.mailfrom=…`, one for each check and signature. */
  readonly results: readonly string[];
  readonly spf: string;
  /** Domains with a good signature. */
  readonly dkimDomains: readonly string[];
  /** `none`: no policy, or nobody it could be the policy of. */
  readonly dmarc: string;
  /** What the author's domain asks to be done with mail that fails. */
  readonly policy: 'none' | 'quarantine' | 'reject';
  /** Of the header From:, where there is exactly one. */
  readonly authorDomain: string | undefined;
  /** Name servers did not say whether that domain vouches for a message that fails. */
  readonly mayPassLater: boolean;
  /** Who sealed the message last, where the whole chain is good. */
  readonly sealedBy: string | undefined;
}

export const nothingKnown: Verdict = {
  results: ['dkim=temperror', 'spf=temperror', 'dmarc=temperror'],
  spf: 'temperror',
  dkimDomains: [],
  dmarc: 'temperror',
  policy: 'none',
  authorDomain: undefined,
  mayPassLater: false,
  sealedBy: undefined,
};

/** Several authors, of whom one is shown: no policy is asked for, and nobody's holds. */
export type DmarcAnswer = DmarcResult & { readonly isTwofaced: boolean };

export function verdictOf(found: {
  readonly dkim: readonly string[];
  readonly dkimDomains: readonly string[];
  /** Of which nobody knows now whether they vouch for it. */
  readonly unknownDomains: readonly string[];
  readonly spf: SpfResult;
  readonly arc: ArcVerdict;
  readonly dmarc: DmarcAnswer;
}): Verdict {
  const { spf, arc } = found;
  const { response, isTwofaced } = found.dmarc;
  const policy = response === false ? 'none' : response.policy;
  const authorDomain = response === false ? undefined : response.status.header?.from;
  return {
    results: [
      ...found.dkim,
      spf.info,
      ...(arc.arc.info === undefined ? [] : [arc.arc.info]),
      ...(response === false ? [] : [response.info]),
      ...(isTwofaced ? ['dmarc=permerror (several authors)'] : []),
    ],
    spf: spf.status.result,
    dkimDomains: found.dkimDomains,
    dmarc: isTwofaced ? 'permerror' : response === false ? 'none' : response.status.result,
    policy: isTwofaced ? 'quarantine' : policy === 'reject' || policy === 'quarantine' ? policy : 'none',
    authorDomain,
    mayPassLater:
      authorDomain !== undefined && found.unknownDomains.some((each) => areRelated(each, authorDomain)),
    sealedBy: arc.sealedBy,
  };
}

/** Alignment may need more than two labels in common, never less; who is wrong here only has to come again. RFC 9989 §4.10.2 */
const areRelated = (one: string, other: string): boolean => lastLabels(one) === lastLabels(other);
const lastLabels = (domain: string): string =>
  domain.toLowerCase().replace(/\.$/, '').split('.').slice(-2).join('.');

/** Domains with a good signature. */
export const passing = (dkim: readonly DkimResult[]): readonly string[] =>
  dkim.flatMap(({ result, domain }) => (result === 'pass' && domain !== undefined ? domain : []));

export const dkimRows = (mailauth: Mailauth, dkim: readonly DkimResult[]): readonly string[] =>
  dkim.length === 0
    ? ['dkim=none (message not signed)']
    : dkim.map(({ result, comment, rule, header, unsignedBytes }) =>
        mailauth.formatAuthHeaderRow(
          'dkim',
          {
            result,
            comment,
            underSized: unsignedBytes,
            ...(rule === undefined ? {} : { policy: { 'dkim-rules': rule } }),
            header,
          },
          { strict: true },
        ),
      );
