/**
 * The parts of mailauth that we use, described by the methods we call. Loaded when the first message needs them: they take
 * some 30 MB and a tenth of a second. What fetches from the web (BIMI, MTA-STS) is never loaded.
 */
import type { KeyObject } from 'node:crypto';

/** The question mailauth asks a resolver: as `dns.promises.resolve` of Node, and failing as it does, with `code`. */
export type AskDns = (name: string, type: string) => Promise<readonly unknown[]>;

/** A field, as mailauth parses header sections: without its line end. */
export interface ParsedField {
  /** Lower case. */
  readonly key: string;
  readonly line: Uint8Array;
}

/** A public key, as mailauth asks for it: rejects with `code`, as `ENOTFOUND`, where there is none. */
export interface KeyCache {
  readonly resolver: AskDns;
  get(
    type: string,
    name: string,
  ): Promise<{ readonly publicKey: KeyObject; readonly keyType: 'rsa' | 'ed25519' }>;
}

export interface ArcSet {
  readonly 'arc-message-signature': { readonly original: Uint8Array };
  readonly 'arc-seal': { readonly parsed?: { readonly d?: { readonly value?: string } } };
  /** What came of the signature. */
  messageSignature?: { readonly status: { readonly result: string } };
}

export interface ArcData {
  chain: readonly ArcSet[] | false;
  lastEntry?: ArcSet | undefined;
  /** Why the chain is none. */
  error?: unknown;
  keyCache?: KeyCache;
}

/** Of it only the reading of From: fields is used. */
export interface DkimVerifier {
  readonly headerFrom: readonly string[];
  messageHeaders(headers: { readonly parsed: readonly ParsedField[] }): Promise<void>;
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
    /** RFC 8301 §3.1 */
    rejectRsaSha1: boolean;
  }) => DkimVerifier;
  /** A result as Authentication-Results has it: `dkim=pass (…) header.d=…`, with nothing in it that could break out of its place. */
  readonly formatAuthHeaderRow: (
    method: string,
    status: {
      readonly result: string;
      readonly comment?: string | undefined;
      readonly underSized?: number;
      readonly policy?: Readonly<Record<string, string>>;
      readonly header?: Readonly<Record<string, string>>;
    },
    options: { readonly strict: true },
  ) => string;
  /** Throws for fields that are no chain; false where there are none. */
  readonly getARChain: (headers: { readonly parsed: readonly ParsedField[] }) => ArcData['chain'];
  readonly spf: (question: {
    sender: string;
    ip: string;
    helo: string;
    mta: string;
    resolver: AskDns;
  }) => Promise<SpfResult>;
  readonly arc: (data: ArcData, options: { resolver: AskDns }) => Promise<ArcResult>;
  readonly evaluateDmarc: (question: {
    headerFrom: readonly string[];
    fromFields: number;
    spfDomains: readonly string[];
    dkimDomains: readonly string[];
    arcResult: ArcResult | undefined;
    resolver: AskDns;
  }) => Promise<DmarcResult>;
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
  const { formatAuthHeaderRow } = await part<Parts>(import('mailauth/lib/tools.js'));
  const { spf } = await part<Parts>(import('mailauth/lib/spf/index.js'));
  const { arc, getARChain } = await part<Parts>(import('mailauth/lib/arc/index.js'));
  // @ts-expect-error: no types of its own
  const { evaluateDmarc } = await part<Parts>(import('mailauth/lib/dmarc/verify.js'));
  return { DkimVerifier, formatAuthHeaderRow, spf, arc, getARChain, evaluateDmarc };
}
