/**
 * Who really sent a message: SPF, DKIM, ARC and DMARC in one verdict. Memory does not grow with the message: of the body
 * only hashes are kept. What is not known now is no reproach: a time-out or a name server that fails ends as temperror.
 * Source: RFC 7208, 6376, 8463, 8617, 9989 (7489), 8601 §2.7.
 */
import { createPublicKey } from 'node:crypto';
import { headerFields, withoutLongBlanks } from '../mime/header-fields.ts';
import { OwnBytes } from '../mime/own-bytes.ts';
import type { Clock } from '../ports/clock.ts';
import type { Resolver } from '../ports/resolver.ts';
import { BoundedCache } from './bounded-cache.ts';
import { DnsAnswers } from './dns-answers.ts';
import {
  type ArcResult,
  type AskDns,
  type DkimVerifier,
  type DmarcResult,
  type FoundKey,
  type KeyCache,
  loadMailauth,
  type Mailauth,
  type ParsedHeaders,
  type SpfResult,
} from './mailauth.ts';

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
  /** Who sealed the message last, where the whole chain is good. */
  readonly sealedBy: string | undefined;
}

export interface MessageVerifier {
  /** Rejects for nothing a message holds; rejects as its body does. */
  verify(message: MessageToVerify): Promise<Verdict>;
}

/** All questions about a message together; its client waits longer than this. RFC 5321 §4.5.3.2.6 */
const TIME_LIMIT_MS = 15_000;
/** More signatures are passed over: each may cost a question, a hash of the body and a computation. RFC 6376 §6.1 */
const MOST_SIGNATURES = 10;
/** A client sends more than one message. */
const KEPT_MS = 60_000;
const KEPT = 5_000;
const KEY_MS = 5 * 60_000;

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
  const keys = new BoundedCache<Promise<FoundKey>>(clock, KEPT);
  const spfResults = new BoundedCache<Promise<SpfResult>>(clock, KEPT);
  const unsigned = new BoundedCache<Promise<Verdict>>(clock, KEPT);
  const dmarcResults = new BoundedCache<Promise<DmarcResult>>(clock, KEPT);
  let verifierClass: Mailauth['DkimVerifier'] | undefined;

  const keyCache = (mailauth: Mailauth, resolver: AskDns): KeyCache => ({
    resolver,
    get(type, name, minBitLength, options) {
      const key = JSON.stringify([name, minBitLength, options]);
      const known = keys.get(key);
      if (known !== undefined) return known;
      const asked = mailauth.createKeyCache(resolver).get(type, name, minBitLength, options).then(parsedKey);
      keys.set(key, asked, KEY_MS);
      // Only keys are worth keeping; why there is none is kept with the answers of the DNS.
      asked.catch(() => keys.delete(key));
      return asked;
    },
  });

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
    verifier: DkimVerifier,
    spf: SpfResult,
    arcResult: ArcResult | undefined,
    resolver: AskDns,
  ): Promise<DmarcResult> => {
    const question = {
      headerFrom: verifier.headerFrom,
      fromFields: verifier.fromFields,
      spfDomains: spf.status.result === 'pass' ? [spf.domain] : [],
      dkimDomains: passing(verifier).map(({ id, signingDomain, status }) => ({
        id,
        domain: signingDomain,
        aligned: status.aligned,
        underSized: status.underSized,
      })),
      arcResult,
    };
    const evaluate = (): Promise<DmarcResult> => mailauth.evaluateDmarc({ ...question, resolver });
    // Equal questions have equal answers; what is signed is told apart by its signature.
    const key = JSON.stringify(question);
    return key.length > 1_000
      ? evaluate()
      : kept(
          dmarcResults,
          key,
          evaluate,
          ({ response }) => response === false || response.status.result !== 'temperror',
        );
  };

  const verified = async (message: MessageToVerify): Promise<Verdict> => {
    const mailauth = await loadMailauth();
    verifierClass ??= boundedVerifier(mailauth.DkimVerifier);
    const resolver = answers.askUntil(clock.now() + TIME_LIMIT_MS);
    const spfAsked = spfOf(mailauth, message, resolver);
    spfAsked.catch(() => {});
    const verifier = new verifierClass({ resolver, sender: message.reversePath, rejectRsaSha1: true });
    verifier.keyCache = keyCache(mailauth, resolver);
    verifier.arc.keyCache = verifier.keyCache;
    await verifier.emitHeaders(withoutLongBlanks(message.header));
    if (verifier.bodyHashes.size > 0) {
      for await (const chunk of message.body()) await verifier.nextChunk(chunk);
    }
    await verifier.finalChunk();
    const arc = await mailauth.arc(verifier.arc, { resolver });
    const spf = await spfAsked;
    const dmarc = await dmarcOf(mailauth, verifier, spf, arc, resolver);
    return verdictOf(verifier, spf, arc, dmarc);
  };

  return {
    async verify(message) {
      const claims = unsignedClaims(message);
      const own = new OwnBytes();
      const body = (): AsyncIterable<Uint8Array> => own.watched(message.body());
      try {
        return claims === undefined
          ? await verified({ ...message, body })
          : await kept(unsigned, claims, () => verified(message), isSettled);
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
  sealedBy: undefined,
};

const isSettled = ({ spf, dmarc }: Verdict): boolean => spf !== 'temperror' && dmarc !== 'temperror';

const SIGNED = /^(dkim-signature|arc-[a-z-]+)[ \t]*:/im;
const LONGEST_CLAIMS = 500;

/**
 * All that decides about a message that nobody signed: who says to send it, from where. Programs send many of the same.
 * Undefined: there is more to look at.
 */
function unsignedClaims({ header, address, greetedAs, reversePath }: MessageToVerify): string | undefined {
  const block = Buffer.from(header.buffer, header.byteOffset, header.byteLength).toString('latin1');
  if (SIGNED.test(block)) return undefined;
  const authors = headerFields(block).filter(({ name }) => name.trim() === 'from');
  const [author] = authors;
  if (author === undefined || authors.length > 1) return undefined;
  const key = [address, greetedAs, reversePath, author.value].join('\n');
  return key.length > LONGEST_CLAIMS ? undefined : key;
}

function verdictOf(verifier: DkimVerifier, spf: SpfResult, arc: ArcResult, dmarc: DmarcResult): Verdict {
  const { response } = dmarc;
  const sealer = verifier.arc.lastEntry?.['arc-seal']?.parsed?.d?.value;
  // Several fields From: are no message of anybody's, and one of them is shown. RFC 9989 §11.5
  const isTwofaced = response === false && verifier.fromFields > 1;
  const policy = response === false ? 'none' : response.policy;
  return {
    results: [
      ...verifier.results.map(({ info }) => info),
      spf.info,
      ...(arc.info === undefined ? [] : [arc.info]),
      ...(response === false ? [] : [response.info]),
      ...(isTwofaced ? ['dmarc=permerror (several authors)'] : []),
    ],
    spf: spf.status.result,
    dkimDomains: passing(verifier).flatMap(({ signingDomain }) => signingDomain ?? []),
    dmarc: isTwofaced ? 'permerror' : response === false ? 'none' : response.status.result,
    policy: isTwofaced ? 'quarantine' : policy === 'reject' || policy === 'quarantine' ? policy : 'none',
    authorDomain: response === false ? undefined : response.status.header?.from,
    sealedBy: arc.status.result === 'pass' ? sealer?.toLowerCase() : undefined,
  };
}

const passing = (verifier: DkimVerifier): DkimVerifier['results'] =>
  verifier.results.filter(({ status }) => status.result === 'pass');

/** RFC 5321 §4.1.3: an address stands in brackets. */
const heloName = (greetedAs: string): string =>
  /^[\d.]+$|^[0-9a-f]*:[0-9a-f:.]*$/i.test(greetedAs) ? `[${greetedAs}]` : greetedAs;

const boundedVerifier = (base: Mailauth['DkimVerifier']): Mailauth['DkimVerifier'] =>
  class extends base {
    override async messageHeaders(headers: ParsedHeaders): Promise<void> {
      let signatures = 0;
      headers.parsed = headers.parsed.filter(
        ({ key }) => key !== 'dkim-signature' || ++signatures <= MOST_SIGNATURES,
      );
      await super.messageHeaders(headers);
    }
  };

/** Parsing the key costs more than verifying with it: done once. */
const parsedKey = (found: FoundKey): FoundKey => ({
  ...found,
  publicKey: createPublicKey(found.publicKey as Buffer),
});

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
