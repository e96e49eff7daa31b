/**
 * The resolver port as mailauth asks it: answers and failures of Node's own resolver, kept for a while, and none later
 * than the message may wait. Source: RFC 7208 §4.6.4 (time limit), §11.1.
 */
import type { Clock } from '../ports/clock.ts';
import type { Resolution, Resolver } from '../ports/resolver.ts';
import { BoundedCache } from './bounded-cache.ts';
import type { AskDns } from './mailauth.ts';

/** The port tells no TTL; name servers of the machine keep answers themselves. */
const FOUND_MS = 5 * 60_000;
const NOTHING_MS = 60_000;
const FAILED_MS = 5_000;
const ANSWERS = 10_000;
/** Longer ones are asked for again: ten thousand of 64 KB are more than there is memory for. */
const LONGEST_KEPT = 8_192;
const LONGEST_NAME = 253;

export class DnsAnswers {
  readonly #resolver: Resolver;
  readonly #clock: Clock;
  /** Questions under way too: who asks the same meanwhile waits for the same answer. */
  readonly #answers: BoundedCache<Promise<Resolution<unknown>>>;

  constructor(resolver: Resolver, clock: Clock) {
    this.#resolver = resolver;
    this.#clock = clock;
    this.#answers = new BoundedCache(clock, ANSWERS);
  }

  /** @param ms  from now on, after which every question has timed out */
  askFor(ms: number): AskDns {
    const deadline = this.#clock.steadyMs() + ms;
    return async (name, type) => {
      const answer = await this.#inTime(this.#answer(name.toLowerCase().replace(/\.$/, ''), type), deadline);
      switch (answer.kind) {
        case 'found':
          // mailauth sorts what it gets.
          return [...answer.records];
        case 'noSuchName':
          throw failure('ENOTFOUND', name);
        case 'noData':
          throw failure('ENODATA', name);
        case 'temporary':
          throw failure(answer.reason === 'EREFUSED' ? answer.reason : 'ETIMEOUT', name);
      }
    };
  }

  #answer(name: string, type: string): Promise<Resolution<unknown>> {
    // A signature may name anything: what the DNS cannot hold is not kept either. RFC 1035 §2.3.4
    if (name.length > LONGEST_NAME) return Promise.resolve({ kind: 'noSuchName' });
    const key = `${type} ${name}`;
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const asked = this.#ask(name, type).catch(
      (error: unknown): Resolution<unknown> => ({ kind: 'temporary', reason: String(error) }),
    );
    this.#answers.set(key, asked, FOUND_MS);
    void asked.then((answer) => {
      const { kind } = answer;
      if (kind === 'found') {
        if (JSON.stringify(answer.records).length > LONGEST_KEPT) this.#answers.delete(key);
      } else this.#answers.set(key, asked, kind === 'temporary' ? FAILED_MS : NOTHING_MS);
    });
    return asked;
  }

  async #ask(name: string, type: string): Promise<Resolution<unknown>> {
    switch (type) {
      case 'TXT':
        // As in a header, nobody gains by thousands of blanks but who wants us to be slow.
        return mapped(await this.#resolver.txt(name), (text) => [text.replace(/[ \t]{64,}/g, ' ')]);
      case 'MX':
        return mapped(await this.#resolver.mx(name), ({ preference, exchange }) => ({
          priority: preference,
          exchange,
        }));
      case 'A':
      case 'AAAA':
        return ofFamily(await this.#resolver.addresses(name), type);
      case 'PTR': {
        const address = addressOfPointer(name);
        return address === undefined ? { kind: 'noSuchName' } : this.#resolver.names(address);
      }
      default:
        // CNAME: asked only about a name that has no address, to tell whether it exists all the same.
        return { kind: 'noSuchName' };
    }
  }

  async #inTime<T>(answer: Promise<Resolution<T>>, deadline: number): Promise<Resolution<T>> {
    const leftMs = deadline - this.#clock.steadyMs();
    if (leftMs <= 0) return { kind: 'temporary', reason: 'ETIMEOUT' };
    let callOff = (): void => {};
    const late = new Promise<Resolution<T>>((resolve) => {
      callOff = this.#clock.after(leftMs, () => resolve({ kind: 'temporary', reason: 'ETIMEOUT' }));
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      callOff();
    }
  }
}

const failure = (code: string, name: string): Error => Object.assign(new Error(`${code} ${name}`), { code });

const mapped = <T>(answer: Resolution<T>, map: (record: T) => unknown): Resolution<unknown> =>
  answer.kind === 'found' ? { kind: 'found', records: answer.records.map(map) } : answer;

function ofFamily(answer: Resolution<string>, type: 'A' | 'AAAA'): Resolution<string> {
  if (answer.kind !== 'found') return answer;
  const records = answer.records.filter((each) => each.includes(':') === (type === 'AAAA'));
  if (records.length > 0) return { kind: 'found', records };
  return answer.unknown === type ? { kind: 'temporary', reason: 'ETIMEOUT' } : { kind: 'noData' };
}

/** `66.2.0.10.in-addr.arpa`, or the nibbles below ip6.arpa: the address. RFC 1035 §3.5, RFC 3596 §2.5 */
function addressOfPointer(name: string): string | undefined {
  const four = /^((?:\d{1,3}\.){4})in-addr\.arpa$/.exec(name)?.[1];
  if (four !== undefined) return four.slice(0, -1).split('.').reverse().join('.');
  const six = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name)?.[1];
  if (six === undefined) return undefined;
  const nibbles = six.slice(0, -1).split('.').reverse().join('');
  return nibbles.match(/.{4}/g)?.join(':');
}
