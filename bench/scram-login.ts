/**
 * The client's half of SCRAM-SHA-256, with what it costs kept between logins, as RFC 5802 §5.1 allows: a crowd of clients can be let in
 * without a server spending a tenth of a second on the password of each.
 */
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { hmac, sha256 } from '../src/sasl/scram-verifier.ts';

export class ScramLogin {
  readonly #userName: string;
  readonly #password: string;
  /** By salt and iterations. */
  readonly #salted = new Map<string, Buffer>();

  constructor(userName: string, password: string) {
    this.#userName = userName;
    this.#password = password;
  }

  /** @returns the first thing to be said, and the answer to what the server says to it; both in base64 */
  begin(): { readonly initial: string; respond(challenge: string): string } {
    const nonce = randomBytes(18).toString('base64');
    const bare = `n=${this.#userName},r=${nonce}`;
    return {
      initial: Buffer.from(`n,,${bare}`).toString('base64'),
      respond: (challenge) => {
        const first = Buffer.from(challenge, 'base64').toString();
        const [, together, salt, iterations] = /^r=([^,]+),s=([^,]+),i=(\d+)/.exec(first)!;
        const clientKey = hmac(this.#saltedWith(salt!, iterations!), 'Client Key');
        const withoutProof = `c=biws,r=${together}`;
        const mask = hmac(sha256(clientKey), `${bare},${first},${withoutProof}`);
        const proof = Buffer.from(clientKey.map((octet, index) => octet ^ mask[index]!));
        return Buffer.from(`${withoutProof},p=${proof.toString('base64')}`).toString('base64');
      },
    };
  }

  #saltedWith(salt: string, iterations: string): Buffer {
    const key = `${iterations} ${salt}`;
    const known = this.#salted.get(key);
    if (known !== undefined) return known;
    const salted = pbkdf2Sync(this.#password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
    this.#salted.set(key, salted);
    return salted;
  }
}
