/**
 * The parts of mailauth that we use, described by the methods we call. Loaded when the first message needs them: they take
 * some 30 MB and a tenth of a second. What fetches from the web (BIMI, MTA-STS) is never loaded.
 */
import type { KeyObject } from 'node:crypto';

/** The question mailauth asks a resolver: as `dns.promises.resolve` of Node, and failing as it does, with `code`. */
export type AskDns = (name: string, type: string) => Promise<readonly unknown[]>;

export interface DkimResult {
  readonly id?: string;
  readonly signingDomain?: string;
  readonly status: {
    readonly result: string;
    readonly comment?: string;
    readonly aligned?: string | false;
    readonly underSized?: number;
  };
  /** `dkim=pass header.i=@example.com …` */
  readonly info: string;
}

/** The header section, as mailauth parses it. */
export interface ParsedHeaders {
  parsed: { readonly key: string; readonly line: Uint8Array }[];
}

/** A key record, and what verifies with it. */
export interface FoundKey {
  readonly publicKey: string | Uint8Array | KeyObject;
}

export interface KeyCache {
  readonly resolver: AskDns;
  get(type: string, name: string, minBitLength?: number, options?: object): Promise<FoundKey>;
}

export interface ArcData {
  readonly lastEntry?: { readonly 'arc-seal'?: { readonly parsed?: { readonly d?: { value?: string } } } };
  keyCache?: KeyCache;
}

/** A stream by birth; driven by its own methods, as we know already where the header section ends. */
export interface DkimVerifier {
  readonly results: DkimResult[];
  readonly headerFrom: readonly string[];
  readonly fromFields: number;
  readonly headers: unknown;
  readonly bodyHashes: ReadonlyMap<string, unknown>;
  readonly arc: ArcData;
  keyCache: KeyCache;
  emitHeaders(section: Uint8Array): Promise<void>;
  messageHeaders(headers: ParsedHeaders): Promise<void>;
  nextChunk(chunk: Uint8Array): Promise<void>;
  finalChunk(): Promise<void>;
}

export interface SpfResult {
  readonly domain: string;
  readonly status: { readonly result: string };
  readonly info: string;
}

export interface ArcResult {
  readonly status: { readonly result: string; readonly shouldSeal?: boolean };
  readonly info?: string;
}

export interface DmarcResult {
  readonly response:
    | {
        readonly status: { readonly result: string; readonly header?: { readonly from?: string } };
        readonly policy?: string;
        readonly info: string;
      }
    | false;
}

export interface Mailauth {
  readonly DkimVerifier: new (options: {
    resolver: AskDns;
    sender: string;
    seal?: object;
    /** RFC 8301 §3.1 */
    rejectRsaSha1: boolean;
  }) => DkimVerifier;
  readonly createKeyCache: (resolver: AskDns) => KeyCache;
  readonly spf: (question: {
    sender: string;
    ip: string;
    helo: string;
    mta: string;
    resolver: AskDns;
  }) => Promise<SpfResult>;
  readonly arc: (data: ArcData, options: { resolver: AskDns }) => Promise<ArcResult>;
  readonly createSeal: (
    input: false,
    data: { headers: unknown; arc: ArcData; seal: object },
  ) => Promise<{
    readonly headers: readonly string[];
    readonly errors?: readonly { readonly err: Error }[];
  }>;
  readonly evaluateDmarc: (question: {
    headerFrom: readonly string[];
    fromFields: number;
    spfDomains: readonly string[];
    dkimDomains: readonly object[];
    arcResult: ArcResult | undefined;
    resolver: AskDns;
  }) => Promise<DmarcResult>;
}

export interface BodyHash {
  update(chunk: Uint8Array): void;
  digest(encoding: 'base64'): string;
}
type NewBodyHash = (canonicalization: 'relaxed', algorithm: 'sha256', maximumBytes: false) => BodyHash;

let bodyHash: Promise<NewBodyHash> | undefined;

/** The canonicalization of bodies alone: small, and nothing else comes with it. */
export function loadBodyHash(): Promise<NewBodyHash> {
  // @ts-expect-error: no types of its own
  bodyHash ??= import('mailauth/lib/dkim/body/index.js').then(
    (module: { default: { dkimBody: NewBodyHash } }) => module.default.dkimBody,
  );
  return bodyHash;
}

let loaded: Promise<Mailauth> | undefined;

/** @returns the same promise for everybody */
export function loadMailauth(): Promise<Mailauth> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Mailauth> {
  const part = async <T>(module: Promise<unknown>): Promise<T> => ((await module) as { default: T }).default;
  type Parts = Mailauth & { verify: { evaluateDmarc: Mailauth['evaluateDmarc'] } };
  // @ts-expect-error: no types of its own
  const { DkimVerifier } = await part<Parts>(import('mailauth/lib/dkim/dkim-verifier.js'));
  // @ts-expect-error: no types of its own
  const { createKeyCache } = await part<Parts>(import('mailauth/lib/tools.js'));
  const { spf } = await part<Parts>(import('mailauth/lib/spf/index.js'));
  const { arc, createSeal } = await part<Parts>(import('mailauth/lib/arc/index.js'));
  // @ts-expect-error: no types of its own
  const { evaluateDmarc } = await part<Parts>(import('mailauth/lib/dmarc/verify.js'));
  return { DkimVerifier, createKeyCache, spf, arc, createSeal, evaluateDmarc };
}
