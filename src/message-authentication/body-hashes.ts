/**
 * The hashes of a body that signatures ask for, in one pass: each canonicalization once, each length (l=) a copy on the way, so that many
 * signatures cost no more than two. Source: RFC 6376 §3.7, §3.5 (l=).
 */
import { createHash, type Hash } from 'node:crypto';
import { type CanonicalBody, RelaxedBody, SimpleBody } from './canonical-body.ts';

export type Canonicalization = 'relaxed' | 'simple';

export interface BodyHash {
  /** SHA-256, base64. */
  readonly hash: string;
  /** What stands behind the length that was asked for. */
  readonly unsignedBytes: number;
}

interface Wanted {
  readonly canonicalization: Canonicalization;
  /** Infinity: all. */
  readonly length: number;
}

export class BodyHashes {
  readonly #bodies = new Map<Canonicalization, LimitedHashes>();

  constructor(wanted: readonly Wanted[]) {
    for (const { canonicalization } of wanted) {
      if (this.#bodies.has(canonicalization)) continue;
      const lengths = wanted.flatMap((each) =>
        each.canonicalization === canonicalization ? each.length : [],
      );
      this.#bodies.set(canonicalization, new LimitedHashes(canonicalization, lengths));
    }
  }

  update(bytes: Uint8Array): void {
    for (const body of this.#bodies.values()) body.update(bytes);
  }

  end(): void {
    for (const body of this.#bodies.values()) body.end();
  }

  /** Behind the end, of what was asked for. */
  get({ canonicalization, length }: Wanted): BodyHash {
    return this.#bodies.get(canonicalization)!.get(length);
  }
}

class LimitedHashes {
  readonly #body: CanonicalBody;
  readonly #hash: Hash = createHash('sha256');
  /** Still to come, the next one last. */
  readonly #limits: number[];
  readonly #hashes = new Map<number, string>();
  #length = 0;
  #isHashed = true;
  #whole: string | undefined;

  constructor(canonicalization: Canonicalization, lengths: readonly number[]) {
    this.#body = new { simple: SimpleBody, relaxed: RelaxedBody }[canonicalization]((bytes) =>
      this.#take(bytes),
    );
    this.#limits = [...new Set(lengths)].sort((a, b) => b - a);
  }

  update(bytes: Uint8Array): void {
    this.#body.update(bytes);
  }

  end(): void {
    this.#body.end();
    if (this.#isHashed) this.#whole = this.#hash.digest('base64');
  }

  get(length: number): BodyHash {
    const hash = this.#hashes.get(length) ?? this.#whole ?? '';
    return { hash, unsignedBytes: Math.max(this.#length - length, 0) };
  }

  #take(bytes: Uint8Array): void {
    let rest = bytes;
    for (let limit = this.#limits.at(-1); limit !== undefined; limit = this.#limits.at(-1)) {
      const room = limit - this.#length;
      if (rest.byteLength <= room) break;
      this.#hash.update(rest.subarray(0, room));
      this.#length += room;
      rest = rest.subarray(room);
      this.#hashes.set(limit, this.#hash.copy().digest('base64'));
      this.#limits.pop();
      // Behind the longest nothing is hashed, only counted.
      if (this.#limits.length === 0) this.#isHashed = false;
    }
    if (this.#isHashed) this.#hash.update(rest);
    this.#length += rest.byteLength;
  }
}

/** Of a body we sign: relaxed, whole. Base64. */
export async function relaxedBodyHash(
  body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<string> {
  const wanted = { canonicalization: 'relaxed', length: Number.POSITIVE_INFINITY } as const;
  const hashes = new BodyHashes([wanted]);
  for await (const chunk of body) hashes.update(chunk);
  hashes.end();
  return hashes.get(wanted).hash;
}
