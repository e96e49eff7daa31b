/**
 * Who really sent a message: SPF, DKIM, ARC and DMARC in one verdict. Memory does not grow with the message: of the body
 * only hashes are kept. What is not known now is no reproach: a time-out or a name server that fails ends as temperror.
 * Source: RFC 7208, 6376, 8463, 8617, 9989 (7489), 8601 §2.7.
 */
import { OwnBytes } from '../mime/own-bytes.ts';
import type { Clock } from '../ports/clock.ts';
import type { Resolver } from '../ports/resolver.ts';
import { areTwofaced, authorAddresses } from './author-addresses.ts';
import { BoundedCache } from './bounded-cache.ts';
import { DkimKeys } from './dkim-keys.ts';
import { readSignature } from './dkim-signature.ts';
import { DnsAnswers } from './dns-answers.ts';
import { type HeaderRow, headerRows } from './header-rows.ts';
import { type AskDns, type DmarcResult, loadMailauth, type Mailauth, type SpfResult } from './mailauth.ts';
import { type ArcVerdict, arcChain, isArc } from './verify-arc.ts';
import { type DkimResult, verifySignatures } from './verify-dkim.ts';

export interface MessageToVerify {
  /** Of the client. */
  readonly address: string;
  /** What it called itself. */
  readonly greetedAs: string;
  /** '' is the null reverse-path. */
  readonly reversePath: string;
  /** All of the header section as it came, with the empty line. */
  readonly header: Uint8Array;
  /** Read at most once, and only where something is signed. */
  readonly body: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

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

export interface MessageVerifier {
  /** Rejects for nothing a message holds; rejects as its body does. */
  verify(message: MessageToVerify): Promise<Verdict>;
}

/** All questions that a stranger's words lead to, together; its client waits longer than this. RFC 5321 §4.5.3.2.6 */
const TIME_LIMIT_MS = 15_000;
/** For the policy of the author's domain behind them: whoever has a slow name server must not keep us from what it asks for. */
const POLICY_LIMIT_MS = 10_000;
/** More signatures are passed over: each may cost a question, a hash of the body and a computation. RFC 6376 §6.1 */
const MOST_SIGNATURES = 10;
/** A client sends more than one message. */
const KEPT_MS = 60_000;
const KEPT = 5_000;

export function createMessageVerifier(deps: {
  readonly resolver: Resolver;
  readonly clock: Clock;
  /** Fully qualified name of this host. */
  readonly authservId: string;
  /** A check failed for a reason of its own; the message counts as one of which nothing is known. */
  readonly onBug?: (error: unknown) => void;
}): MessageVerifier {
  const { clock, authservId } = deps;
  const answers = new DnsAnswers(deps.resolver, clock);
  const keys = new DkimKeys(clock);
  const spfResults = new BoundedCache<Promise<SpfResult>>(clock, KEPT);
  const unsigned = new BoundedCache<Promise<Verdict>>(clock, KEPT);
  const dmarcResults = new BoundedCache<Promise<DmarcAnswer>>(clock, KEPT);

  const spfOf = (mailauth: Mailauth, message: MessageToVerify, resolver: AskDns): Promise<SpfResult> => {
    const { address, greetedAs, reversePath } = message;
    const key = `${address} ${greetedAs} ${reversePath}`;
    const question = {
      sender: reversePath,
      ip: address,
      helo: heloName(greetedAs),
      mta: authservId,
      resolver,
    };
    return kept(
      spfResults,
      key,
      () => mailauth.spf(question),
      ({ status }) => status.result !== 'temperror',
    );
  };

  const dmarcOf = (
    mailauth: Mailauth,
    authors: readonly HeaderRow[],
    spf: SpfResult,
    dkim: readonly DkimResult[],
    { arc }: ArcVerdict,
    resolver: AskDns,
  ): Promise<DmarcAnswer> => {
    const question = {
      fromFields: authors.length,
      spfDomains: spf.status.result === 'pass' ? [spf.domain] : [],
      dkimDomains: [...new Set(passing(dkim))],
    };
    const evaluate = async (): Promise<DmarcAnswer> => {
      const headerFrom = await authorAddresses(mailauth, authors, resolver);
      if (areTwofaced(authors, headerFrom)) return { response: false, isTwofaced: true };
      const result = await mailauth.evaluateDmarc({ ...question, headerFrom, arcResult: arc, resolver });
      return { ...result, isTwofaced: false };
    };
    // Equal questions have equal answers.
    const key = JSON.stringify([question, authors.map(({ text }) => text), arc.status.result]);
    return key.length > 1_000
      ? evaluate()
      : kept(
          dmarcResults,
          key,
          evaluate,
          ({ response }) => response === false || response.status.result !== 'temperror',
        );
  };

  const verified = async (message: MessageToVerify, rows: readonly HeaderRow[]): Promise<Verdict> => {
    const mailauth = await loadMailauth();
    const now = clock.now();
    const resolver = answers.askUntil(now + TIME_LIMIT_MS);
    const spfAsked = spfOf(mailauth, message, resolver);
    spfAsked.catch(() => {});
    const chain = arcChain(mailauth, rows, keys, resolver);
    const signed = rows.filter(({ name }) => name === 'dkim-signature').slice(0, MOST_SIGNATURES);
    const results = await verifySignatures(
      [
        ...signed.map((row) => readSignature(row, 'DKIM', now)),
        ...(chain.signature === undefined ? [] : [readSignature(chain.signature, 'ARC', now)]),
      ],
      rows,
      message.body,
      ({ selector, domain }) => keys.find(selector, domain, resolver),
    );
    const dkim = results.slice(0, signed.length);
    const arc = await chain.verify(results[signed.length]?.result);
    const spf = await spfAsked;
    const authors = rows.filter(({ name }) => name === 'from');
    const policyAsked = answers.askUntil(clock.now() + POLICY_LIMIT_MS);
    const dmarc = await dmarcOf(mailauth, authors, spf, dkim, arc, policyAsked);
    return verdictOf({
      dkim: dkimRows(mailauth, dkim),
      dkimDomains: passing(dkim),
      unknownDomains: [
        ...dkim.flatMap(({ result, domain }) => (result === 'temperror' ? (domain ?? []) : [])),
        ...(spf.status.result === 'temperror' ? [spf.domain] : []),
      ],
      spf,
      arc,
      dmarc,
    });
  };

  return {
    async verify(message) {
      const own = new OwnBytes();
      const body = (): AsyncIterable<Uint8Array> | readonly Uint8Array[] => {
        const bytes = message.body();
        // What is in memory cannot fail.
        return Array.isArray(bytes) ? bytes : own.watched(bytes);
      };
      try {
        const { header } = message;
        const rows = headerRows(
          Buffer.from(header.buffer, header.byteOffset, header.byteLength).toString('latin1'),
        );
        const claims = unsignedClaims(message, rows);
        return claims === undefined
          ? await verified({ ...message, body }, rows)
          : await kept(unsigned, claims, () => verified(message, rows), isSettled);
      } catch (error) {
        own.rethrow();
        // No message shall be kept away, or come again and again, for a mistake of ours.
        deps.onBug?.(error);
        return nothingKnown;
      }
    },
  };
}

const nothingKnown: Verdict = {
  results: ['dkim=temperror', 'spf=temperror', 'dmarc=temperror'],
  spf: 'temperror',
  dkimDomains: [],
  dmarc: 'temperror',
  policy: 'none',
  authorDomain: undefined,
  mayPassLater: false,
  sealedBy: undefined,
};

const isSettled = ({ spf, dmarc }: Verdict): boolean => spf !== 'temperror' && dmarc !== 'temperror';

const LONGEST_CLAIMS = 500;

/**
 * All that decides about a message that nobody signed: who says to send it, from where. Programs send many of the same.
 * Undefined: there is more to look at.
 */
function unsignedClaims(
  { address, greetedAs, reversePath }: MessageToVerify,
  rows: readonly HeaderRow[],
): string | undefined {
  if (rows.some((row) => row.name === 'dkim-signature' || isArc(row))) return undefined;
  const authors = rows.filter(({ name }) => name === 'from');
  const [author] = authors;
  if (author === undefined || authors.length > 1) return undefined;
  const key = [address, greetedAs, reversePath, author.text].join('\n');
  return key.length > LONGEST_CLAIMS ? undefined : key;
}

/** Several authors, of whom one is shown: no policy is asked for, and nobody's holds. */
type DmarcAnswer = DmarcResult & { readonly isTwofaced: boolean };

function verdictOf(found: {
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
const passing = (dkim: readonly DkimResult[]): readonly string[] =>
  dkim.flatMap(({ result, domain }) => (result === 'pass' && domain !== undefined ? domain : []));

const dkimRows = (mailauth: Mailauth, dkim: readonly DkimResult[]): readonly string[] =>
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

/** RFC 5321 §4.1.3: an address stands in brackets. */
const heloName = (greetedAs: string): string =>
  /^[\d.]+$|^[0-9a-f]*:[0-9a-f:.]*$/i.test(greetedAs) ? `[${greetedAs}]` : greetedAs;

/** The answer under this key, or a new one, kept where it is worth it. */
function kept<T>(
  cache: BoundedCache<Promise<T>>,
  key: string,
  ask: () => Promise<T>,
  isWorthKeeping: (answer: T) => boolean,
): Promise<T> {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const asked = ask();
  cache.set(key, asked, KEPT_MS);
  asked.then(
    (answer) => {
      if (!isWorthKeeping(answer)) cache.delete(key);
    },
    () => cache.delete(key),
  );
  return asked;
}
