/**
 * SASL as a client sees it: how a user and his password are said, or proved, to a server. Octets alone, no protocol and no I/O.
 * Source: RFC 4422, RFC 4616 (PLAIN), RFC 5802 and RFC 7677 (SCRAM-SHA-256); LOGIN as everybody knows it.
 */
import { pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { saslPrep } from './saslprep.ts';
import { hmac, sha256 } from './scram-verifier.ts';

export interface SaslLogin {
  readonly userName: string;
  readonly password: string;
}

export interface SaslClient {
  readonly mechanism: string;
  /** What goes with the first command; undefined: the server asks first. */
  readonly initial: Uint8Array | undefined;
  /** The answer to a challenge; undefined: the server is not to be trusted, or says what the mechanism does not allow. */
  respond(challenge: Uint8Array): Uint8Array | undefined;
  /** Whether the server has proved what this mechanism wants of it: before that its word of success counts for nothing. */
  isSatisfied(): boolean;
}

/**
 * The best of the mechanisms a server offers.
 * @param isEncrypted  those that say the password as it is are used only then
 * @returns undefined where there is none
 */
export function startSaslClient(
  offered: readonly string[],
  login: SaslLogin,
  { isEncrypted, nonce }: { readonly isEncrypted: boolean; readonly nonce?: string },
): SaslClient | undefined {
  const names = offered.map((each) => each.toUpperCase());
  if (names.includes('SCRAM-SHA-256'))
    return scram(login, nonce ?? randomBytes(NONCE_BYTES).toString('base64'));
  if (!isEncrypted) return undefined;
  if (names.includes('PLAIN')) return plain(login);
  return names.includes('LOGIN') ? byAnswers(login) : undefined;
}

/** `[authzid] NUL authcid NUL passwd` */
const plain = ({ userName, password }: SaslLogin): SaslClient => ({
  mechanism: 'PLAIN',
  initial: Buffer.from(`\0${prepared(userName)}\0${prepared(password)}`),
  respond: () => undefined,
  isSatisfied: () => true,
});

/** The user name is asked for first, then the password; what the questions say differs. */
function byAnswers({ userName, password }: SaslLogin): SaslClient {
  const answers = [userName, password];
  return {
    mechanism: 'LOGIN',
    initial: undefined,
    respond() {
      const answer = answers.shift();
      return answer === undefined ? undefined : Buffer.from(answer);
    },
    isSatisfied: () => true,
  };
}

const NONCE_BYTES = 18;
/** RFC 7677 §4 wants that many at least; more than the other number is an attack on us. */
const FEWEST_ITERATIONS = 4_096;
const MOST_ITERATIONS = 1_000_000;

function scram({ userName, password }: SaslLogin, nonce: string): SaslClient {
  const name = prepared(userName).replaceAll('=', '=3D').replaceAll(',', '=2C');
  const bare = `n=${name},r=${nonce}`;
  let signature: Buffer | undefined;
  let isSatisfied = false;

  const proof = (serverFirst: string): Buffer | undefined => {
    const match = /^r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z0-9+/]+={0,2}),i=([0-9]{1,7})(?:,.*)?$/.exec(
      serverFirst,
    );
    const [, together = '', salt = '', count = ''] = match ?? [];
    const iterations = Number(count);
    // RFC 5802 §5.1: our nonce, and something of the server's behind it.
    if (!together.startsWith(nonce) || together === nonce) return undefined;
    if (iterations < FEWEST_ITERATIONS || iterations > MOST_ITERATIONS) return undefined;
    const salted = pbkdf2Sync(prepared(password), Buffer.from(salt, 'base64'), iterations, 32, 'sha256');
    const clientKey = hmac(salted, 'Client Key');
    // `n,,` in base64: no channel binding.
    const withoutProof = `c=biws,r=${together}`;
    const said = `${bare},${serverFirst},${withoutProof}`;
    const mask = hmac(sha256(clientKey), said);
    signature = hmac(hmac(salted, 'Server Key'), said);
    const proved = clientKey.map((byte, index) => byte ^ mask[index]!);
    return Buffer.from(`${withoutProof},p=${Buffer.from(proved).toString('base64')}`);
  };

  return {
    mechanism: 'SCRAM-SHA-256',
    initial: Buffer.from(`n,,${bare}`),
    respond(challenge) {
      const text = Buffer.from(challenge).toString('utf8');
      if (signature === undefined) return proof(text);
      const own = Buffer.from(/^v=([A-Za-z0-9+/]+={0,2})(?:,.*)?$/.exec(text)?.[1] ?? '', 'base64');
      isSatisfied = own.length === signature.length && timingSafeEqual(own, signature);
      return isSatisfied ? new Uint8Array(0) : undefined;
    },
    isSatisfied: () => isSatisfied,
  };
}

const prepared = (text: string): string => saslPrep(text) ?? text;
