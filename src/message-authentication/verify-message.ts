/**
 * Who really sent a message: SPF, DKIM, ARC and DMARC in one verdict. Memory does not grow with the message: of the body
 * only hashes are kept. What is not known now is no reproach: a time-out or a name server that fails ends as temperror.
 * Source: RFC 7208, 6376, 8463, 8617, 9989 (7489), 8601 §2.7.
 */
import { OwnBytes } from '../mime/own-bytes.ts';
import type { Clock } from '../ports/clock.ts';
import type { Resolver } from '../ports/resolver.ts';
import { areTwofaced, authorAddresses } from './author-addresses.ts';
import { BoundedCache, kept } from './bounded-cache.ts';
import { DkimKeys } from './dkim-keys.ts';
import { readSignature } from './dkim-signature.ts';
import { DnsAnswers } from './dns-answers.ts';
import { type HeaderRow, headerRows } from './header-rows.ts';
import { type AskDns, loadMailauth, type Mailauth, type SpfResult } from './mailauth.ts';
import { type DmarcAnswer, dkimRows, nothingKnown, passing, type Verdict, verdictOf } from './verdict.ts';
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
/** Of each kind: a client sends more than one message. */
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
    const resolver = answers.askFor(TIME_LIMIT_MS);
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
    const policyAsked = answers.askFor(POLICY_LIMIT_MS);
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

/** RFC 5321 §4.1.3: an address stands in brackets. */
const heloName = (greetedAs: string): string =>
  /^[\d.]+$|^[0-9a-f]*:[0-9a-f:.]*$/i.test(greetedAs) ? `[${greetedAs}]` : greetedAs;
