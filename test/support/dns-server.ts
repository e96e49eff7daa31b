/**
 * A name server on loopback, UDP and TCP, that answers as its script says. It stands for the recursive server of a machine:
 * it follows aliases, and says with the AD bit what DNSSEC vouches for.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import {
  type Answer,
  AUTHENTIC_DATA,
  decode,
  encode,
  type Packet,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
} from 'dns-packet';
import type { TlsaRecord } from '../../src/ports/resolver.ts';

export interface ScriptedName {
  readonly MX?: readonly (readonly [preference: number, exchange: string])[];
  readonly A?: readonly string[];
  readonly AAAA?: readonly string[];
  readonly CNAME?: string;
  readonly TXT?: readonly (string | readonly string[])[];
  readonly TLSA?: readonly TlsaRecord[];
  readonly PTR?: readonly string[];
  /** Instead of any answer. */
  readonly fails?: 'SERVFAIL' | 'REFUSED' | 'silent';
  /** The same for some types only. */
  readonly failsFor?: Readonly<Record<string, 'SERVFAIL' | 'REFUSED' | 'silent'>>;
  /** Over UDP nothing but the mark that more is to be had over TCP. */
  readonly isTruncated?: boolean;
  /** DNSSEC vouches for it. */
  readonly isValidated?: boolean;
}

/** By name, lower case, without the final dot. It may change while the server runs. */
export type DnsScript = Record<string, ScriptedName>;

/** What is sent in the place of an answer: datagrams, or over TCP the stream with its lengths. */
export type Lie = (answer: Buffer, transport: 'UDP' | 'TCP') => readonly Buffer[];

export interface DnsServer extends AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly address: string;
  readonly script: DnsScript;
  /** `UDP MX far.example`, in the order they came. */
  readonly questions: readonly string[];
}

/**
 * @param options.knowsEdns  false: EDNS0 is answered with FORMERR
 * @param options.address  default 127.0.0.1, and a port that is free
 */
export async function startDnsServer(
  script: DnsScript,
  options: {
    readonly knowsEdns?: boolean;
    readonly address?: string;
    readonly port?: number;
    readonly lie?: Lie;
    /** Over TCP, as one that asks others first. Who ends the connection meanwhile gets nothing: systemd-resolved does so. Default 0. */
    readonly answersWithinMs?: number;
  } = {},
): Promise<DnsServer> {
  const { address = '127.0.0.1', answersWithinMs = 0 } = options;
  const questions: string[] = [];
  const udp = createSocket('udp4');
  const sockets = new Set<Socket>();

  const answerTo = (bytes: Buffer, transport: 'UDP' | 'TCP'): Buffer | undefined => {
    const query = decode(bytes);
    const [question] = query.questions ?? [];
    if (question === undefined) return undefined;
    const { name, type } = question;
    questions.push(`${transport} ${type} ${name}`);
    const hasEdns = query.additionals?.some((each) => each.type === 'OPT') === true;
    const respond = (flags: number, answers: Answer[]): Buffer => {
      const response: Packet = {
        type: 'response',
        id: query.id ?? 0,
        flags: RECURSION_DESIRED | RECURSION_AVAILABLE | flags,
        questions: [question],
        answers,
      };
      return encode(response);
    };
    if (hasEdns && options.knowsEdns === false) return respond(RCODE.FORMERR, []);
    const asked = script[name.toLowerCase()];
    const failure = asked?.fails ?? asked?.failsFor?.[type];
    if (failure === 'silent') return undefined;
    if (failure !== undefined) return respond(RCODE[failure], []);
    if (asked?.isTruncated === true && transport === 'UDP') return respond(TRUNCATED_RESPONSE, []);
    const { answers, isKnown, isValidated } = answersFor(script, name, type);
    return respond((isKnown ? 0 : RCODE.NXDOMAIN) | (isValidated ? AUTHENTIC_DATA : 0), answers);
  };

  udp.on('message', (bytes, peer) => {
    const answer = answerTo(bytes, 'UDP');
    if (answer === undefined) return;
    for (const each of options.lie?.(answer, 'UDP') ?? [answer]) udp.send(each, peer.port, peer.address);
  });
  const tcp = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      const answer = answerTo(bytes.subarray(2), 'TCP');
      if (answer === undefined) return;
      if (options.lie !== undefined) {
        for (const each of options.lie(answer, 'TCP')) socket.write(each);
        return;
      }
      const length = Buffer.alloc(2);
      length.writeUInt16BE(answer.length);
      // In two pieces: the length says where it ends, not the packet.
      socket.write(Buffer.concat([length, answer.subarray(0, 5)]));
      setTimeout(() => socket.end(answer.subarray(5)), answersWithinMs);
    });
  });

  // The same port for both: TCP chooses it, and another one where UDP has it already.
  for (let isBound = false; !isBound; ) {
    tcp.listen(options.port ?? 0, address);
    await once(tcp, 'listening');
    udp.bind((tcp.address() as AddressInfo).port, address);
    isBound = await Promise.race([
      once(udp, 'listening').then(() => true),
      once(udp, 'error').then(() => false),
    ]);
    if (!isBound) tcp.close();
  }
  return {
    address: `${address}:${(tcp.address() as AddressInfo).port}`,
    script,
    questions,
    async [Symbol.asyncDispose]() {
      udp.close();
      for (const socket of sockets) socket.destroy();
      tcp.close();
      await once(tcp, 'close');
    },
  };
}

const RCODE = { FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;

function answersFor(
  script: DnsScript,
  name: string,
  type: string,
): { readonly answers: Answer[]; readonly isKnown: boolean; readonly isValidated: boolean } {
  const answers: Answer[] = [];
  let isValidated = true;
  let current = name.toLowerCase();
  for (let step = 0; step < 20; step++) {
    const known = script[current];
    if (known === undefined) return { answers, isKnown: false, isValidated: false };
    isValidated &&= known.isValidated === true;
    if (known.CNAME === undefined) {
      answers.push(...recordsOf(current, known, type));
      break;
    }
    answers.push({ type: 'CNAME', name: current, ttl: 60, data: known.CNAME });
    current = known.CNAME.toLowerCase();
  }
  return { answers, isKnown: true, isValidated };
}

function recordsOf(name: string, known: ScriptedName, type: string): Answer[] {
  const common = { name, ttl: 60, class: 'IN' } as const;
  switch (type) {
    case 'MX':
      return (known.MX ?? []).map(([preference, exchange]) => ({
        ...common,
        type,
        data: { preference, exchange: exchange === '' ? '.' : exchange },
      }));
    case 'A':
    case 'AAAA':
    case 'PTR':
      return (known[type] ?? []).map((data) => ({ ...common, type, data }));
    case 'TXT':
      return (known.TXT ?? []).map((data) => ({
        ...common,
        type,
        data: typeof data === 'string' ? data : [...data],
      }));
    case 'TLSA':
      return (known.TLSA ?? []).map(({ usage, selector, matchingType, data }) => ({
        ...common,
        type,
        data: { usage, selector, matchingType, certificate: Buffer.from(data) },
      }));
    default:
      return [];
  }
}
