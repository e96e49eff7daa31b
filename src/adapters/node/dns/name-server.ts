/**
 * One question to one name server: over UDP, over TCP where the answer is truncated. The socket is made for the question, so
 * that its port is as hard to guess as its identification. Source: RFC 1035 §4.2, RFC 5452 §9.2, RFC 7766.
 */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { type DecodedPacket, decode, encode, type Packet } from 'dns-packet';

/** The package brings the name of the response code too: `NOERROR`, `SERVFAIL` … */
export type AnswerPacket = DecodedPacket & { readonly rcode: string };

export interface NameServer {
  readonly address: string;
  readonly port: number;
}

/**
 * @param packet  without identification
 * Rejects when the server does not answer in time, or says what is no answer to the question.
 */
export async function askNameServer(
  server: NameServer,
  packet: Packet,
  timeoutMs: number,
): Promise<AnswerPacket> {
  const question: Packet = { ...packet, id: randomInt(65_536) };
  const answer = await overUdp(server, question, timeoutMs);
  // RFC 7766 §5: what was cut off is asked for again.
  return answer.flag_tc ? overTcp(server, question, timeoutMs) : answer;
}

function overUdp(server: NameServer, question: Packet, timeoutMs: number): Promise<AnswerPacket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(server.address.includes(':') ? 'udp6' : 'udp4');
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      socket.close();
      settle();
    };
    const timer = setTimeout(() => end(() => reject(timedOut())), timeoutMs);
    socket.on('error', (error) => end(() => reject(error)));
    socket.on('message', (bytes) => {
      const answer = answerTo(question, bytes);
      // Not ours: a forgery, or late. The true one may still come.
      if (answer !== undefined) end(() => resolve(answer));
    });
    // Connected, so that nobody else can answer, and a closed port is known at once.
    // Not by a callback of connect(): it is called as well where there is no way to the server, instead of 'error'.
    socket.on('connect', () => socket.send(encode(question)));
    socket.connect(server.port, server.address);
  });
}

function overTcp(server: NameServer, question: Packet, timeoutMs: number): Promise<AnswerPacket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: server.address, port: server.port, noDelay: true });
    let received = Buffer.alloc(0);
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      settle();
    };
    const timer = setTimeout(() => end(() => reject(timedOut())), timeoutMs);
    socket.on('error', (error) => end(() => reject(error)));
    socket.on('close', () => end(() => reject(new Error('connection closed'))));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      // RFC 1035 §4.2.2: the length stands in front.
      const length = received.length < 2 ? Number.POSITIVE_INFINITY : received.readUInt16BE(0);
      if (received.length < length + 2) return;
      const answer = answerTo(question, received.subarray(2, length + 2));
      end(() => (answer === undefined ? reject(new Error('answer to another question')) : resolve(answer)));
    });
    const bytes = encode(question);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    // Not ended: to systemd-resolved and others a client that says it has nothing more to ask has gone.
    socket.write(Buffer.concat([length, bytes]));
  });
}

const timedOut = (): Error => Object.assign(new Error('no answer in time'), { code: 'ETIMEOUT' });

/** RFC 5452 §9.1: identification and question are ours. */
function answerTo(question: Packet, bytes: Buffer): AnswerPacket | undefined {
  const answer = decoded(bytes);
  if (answer === undefined || answer.type !== 'response' || answer.id !== question.id) return undefined;
  const [asked] = question.questions ?? [];
  const [repeated] = answer.questions ?? [];
  const isSame =
    repeated !== undefined &&
    asked?.type === repeated.type &&
    asked.name.toLowerCase() === repeated.name.toLowerCase();
  // A server that could not even read the question does not repeat it.
  return isSame || (repeated === undefined && answer.answers?.length === 0) ? answer : undefined;
}

function decoded(bytes: Buffer): AnswerPacket | undefined {
  try {
    return decode(bytes) as AnswerPacket;
  } catch {
    return undefined;
  }
}
