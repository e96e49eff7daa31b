/**
 * A stub resolver: asks the name servers of the machine, one after the other, and says whether DNSSEC vouches for the answer.
 * node:dns does the former only. Source: RFC 1034 §5.3.1, RFC 6891 (EDNS0), RFC 4035 §3.2.3 and RFC 6840 §5.7, §5.8 (AD).
 */
import { type Answer, AUTHENTIC_DATA, type Packet, RECURSION_DESIRED } from 'dns-packet';
import { type AnswerPacket, askNameServer, type NameServer } from './name-server.ts';

export type RecordType = 'MX' | 'A' | 'AAAA' | 'PTR' | 'TXT' | 'TLSA';

export type DnsAnswer =
  | {
      readonly kind: 'found';
      readonly records: readonly Answer[];
      readonly isValidated: boolean;
      /** Lower case; where an alias led, else the name asked for. */
      readonly canonicalName: string;
    }
  | { readonly kind: 'noSuchName' }
  | { readonly kind: 'noData' }
  | { readonly kind: 'temporary'; readonly reason: string };

export interface DnsClient {
  ask(name: string, type: RecordType): Promise<DnsAnswer>;
}

export interface DnsClientOptions {
  readonly servers: () => readonly NameServer[];
  /** Whether the AD bit of this server is believed. */
  readonly isTrusted: (server: NameServer) => boolean;
  readonly timeoutMs: number;
  /** Questions to each server. */
  readonly tries: number;
}

/** RFC 1034 §3.6.2: a chain that is longer is a loop. */
const ALIASES_AT_MOST = 8;
/** Fits in every path unfragmented: what the DNS flag day of 2020 agreed on. */
const PAYLOAD_BYTES = 1_232;

export function createDnsClient(options: DnsClientOptions): DnsClient {
  const ask = async (name: string, type: RecordType, aliases: number): Promise<DnsAnswer> => {
    if (!isName(name)) return { kind: 'noSuchName' };
    const asked = await askServers(options, name, type);
    if ('reason' in asked) return { kind: 'temporary', reason: asked.reason };
    const { packet, server } = asked;
    const isValidated = packet.flag_ad && options.isTrusted(server);
    const { name: canonicalName, aliases: followed } = endOfChain(packet, name.toLowerCase());
    const records = (packet.answers ?? []).filter(
      (each) => each.type === type && each.name.toLowerCase() === canonicalName,
    );
    if (records.length > 0) return { kind: 'found', records, isValidated, canonicalName };
    if (followed > ALIASES_AT_MOST || aliases + followed > ALIASES_AT_MOST)
      return { kind: 'temporary', reason: 'alias loop' };
    if (packet.rcode === 'NXDOMAIN') return { kind: 'noSuchName' };
    if (followed === 0) return { kind: 'noData' };
    // Most servers bring the whole chain; some leave the last step to us.
    const rest = await ask(canonicalName, type, aliases + followed);
    return rest.kind === 'found' ? { ...rest, isValidated: rest.isValidated && isValidated } : rest;
  };
  return { ask: (name, type) => ask(name, type, 0) };
}

function endOfChain(packet: AnswerPacket, name: string): { name: string; aliases: number } {
  let current = name;
  let aliases = 0;
  for (; aliases <= ALIASES_AT_MOST; aliases++) {
    const alias = packet.answers?.find(
      (each) => each.type === 'CNAME' && each.name.toLowerCase() === current,
    );
    if (alias?.type !== 'CNAME') break;
    current = alias.data.toLowerCase();
  }
  return { name: current, aliases };
}

/** Server after server, round after round, until one knows. */
async function askServers(
  options: DnsClientOptions,
  name: string,
  type: RecordType,
): Promise<{ readonly packet: AnswerPacket; readonly server: NameServer } | { readonly reason: string }> {
  let reason = 'no name server';
  for (let round = 0; round < options.tries; round++) {
    for (const server of options.servers()) {
      try {
        const packet = await askWithEdns(server, name, type, options.timeoutMs);
        if (packet.rcode === 'NOERROR' || packet.rcode === 'NXDOMAIN') return { packet, server };
        reason = packet.rcode;
      } catch (error) {
        reason = (error as { code?: string }).code ?? (error as Error).message;
      }
    }
  }
  return { reason };
}

async function askWithEdns(
  server: NameServer,
  name: string,
  type: RecordType,
  timeoutMs: number,
): Promise<AnswerPacket> {
  const packet: Packet = {
    type: 'query',
    flags: RECURSION_DESIRED | AUTHENTIC_DATA,
    questions: [{ type, name, class: 'IN' }],
  };
  const answer = await askNameServer(server, { ...packet, additionals: [edns()] }, timeoutMs);
  // RFC 6891 §7: a server that is older than EDNS0.
  return answer.rcode === 'FORMERR' || answer.rcode === 'NOTIMP'
    ? askNameServer(server, packet, timeoutMs)
    : answer;
}

const DNSSEC_OK = 1 << 15;
const edns = (): NonNullable<Packet['additionals']>[number] => ({
  type: 'OPT',
  name: '.',
  udpPayloadSize: PAYLOAD_BYTES,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: DNSSEC_OK,
  flag_do: true,
  options: [],
});

/** What no server can know need not be asked. RFC 1035 §2.3.4 */
const isName = (name: string): boolean =>
  name.length > 0 &&
  name.length <= 253 &&
  /^[\x21-\x7e]+$/.test(name) &&
  name.split('.').every((label) => label.length > 0 && label.length <= 63);
