/**
 * SCRAM-SHA-256 and SCRAM-SHA-256-PLUS: the client proves that it knows the password without saying it, and the server that it
 * has been told of it. Source: RFC 5802, RFC 7677; channel binding: RFC 9266 (tls-exporter), RFC 5929 (tls-server-end-point).
 *
 *   client-first   n,,n=user,r=nonce
 *   server-first   r=nonce+ours,s=salt,i=iterations
 *   client-final   c=base64(gs2-header, binding),r=nonce+ours,p=proof
 *   server-final   v=signature
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { decodeBase64 } from './base64.ts';
import {
  malformed,
  type SaslChannel,
  type SaslExchange,
  type SaslIdentity,
  type SaslStep,
  saslText,
} from './mechanism.ts';
import { saslPrep } from './saslprep.ts';
import { hmac, type ScramKeys, type ScramVerifier, sha256 } from './scram-verifier.ts';

const NONCE_BYTES = 18;

interface ClientFirst {
  /** What the client's last message has to repeat in c=, in octets. */
  readonly bound: Buffer;
  readonly bare: string;
  readonly nonce: string;
  readonly identity: SaslIdentity;
}

/** @param options.binds  the mechanism with -PLUS */
export function startScram(
  channel: SaslChannel,
  options: { readonly binds: boolean; readonly nonce?: string },
): SaslExchange {
  let first: ClientFirst | undefined;
  let serverFirst = '';
  let nonce = '';
  let verifier: ScramVerifier | undefined;
  return {
    respond(response) {
      if (response === undefined) return { kind: 'challenge', data: new Uint8Array(0) };
      const text = saslText(response);
      if (text === undefined) return malformed;
      if (first === undefined) {
        first = clientFirst(text, channel, options.binds);
        return first === undefined ? malformed : { kind: 'verifier', identity: first.identity };
      }
      return verifier === undefined ? malformed : clientFinal(text, { first, serverFirst, nonce, verifier });
    },
    verify(known) {
      verifier = known;
      nonce = first!.nonce + (options.nonce ?? randomBytes(NONCE_BYTES).toString('base64'));
      const salt = Buffer.from(known.salt).toString('base64');
      serverFirst = `r=${nonce},s=${salt},i=${known.iterations}`;
      return { kind: 'challenge', data: Buffer.from(serverFirst) };
    },
  };
}

/** `gs2-cbind-flag "," [ "a=" saslname ] "," "n=" saslname "," "r=" c-nonce ["," extensions]`, RFC 5802 §7. */
function clientFirst(text: string, channel: SaslChannel, binds: boolean): ClientFirst | undefined {
  const match =
    /^(([ny]|p=([A-Za-z0-9.-]+)),(?:a=([^,]*))?,)(n=([^,]*),r=([\x21-\x2b\x2d-\x7e]+)(?:,.*)?)$/s.exec(text);
  if (match === null) return undefined;
  const [, header = '', flag = '', bindingType, authorization = '', bare = '', user = '', nonce = ''] = match;
  const userName = saslName(user);
  const authorizationIdentity = saslName(authorization);
  if (userName === undefined || userName === '' || authorizationIdentity === undefined) return undefined;
  // The client was made to believe that there is no channel binding. §6
  if (flag === 'y' && channel.offersBinding) return undefined;
  if (binds !== (bindingType !== undefined)) return undefined;
  const binding = bindingType === undefined ? Buffer.alloc(0) : channel.channelBinding(bindingType);
  if (binding === undefined) return undefined;
  const bound = Buffer.concat([Buffer.from(header), binding]);
  return { bound, bare, nonce, identity: { userName, authorizationIdentity } };
}

/** `=2C` is a comma, `=3D` an equals sign, and no other equals sign stands there. */
function saslName(text: string): string | undefined {
  if (/=(?!2C|3D)/.test(text) || text.includes('\0')) return undefined;
  return saslPrep(text.replaceAll('=2C', ',').replaceAll('=3D', '='));
}

function clientFinal(
  text: string,
  known: {
    readonly first: ClientFirst;
    readonly serverFirst: string;
    readonly nonce: string;
    readonly verifier: ScramVerifier;
  },
): SaslStep {
  const { first, serverFirst, nonce, verifier } = known;
  const match = /^(c=([A-Za-z0-9+/=]+),r=([\x21-\x2b\x2d-\x7e]+)(?:,.*)?),p=([A-Za-z0-9+/=]+)$/s.exec(text);
  if (match === null) return malformed;
  const [, withoutProof = '', bound = '', repeated, encoded = ''] = match;
  const proof = decodeBase64(encoded);
  if (proof === undefined || proof.length !== 32 || repeated !== nonce) return malformed;
  const isBound = decodeBase64(bound)?.equals(first.bound) === true;
  const signed = `${first.bare},${serverFirst},${withoutProof}`;
  // Each pair is tried, whichever it is: the time tells nothing.
  const found = verifier.keys.filter((keys) => proves(proof, keys, signed));
  const keys = found[0] ?? verifier.keys[0]!;
  const answer = Buffer.from(`v=${hmac(keys.serverKey, signed).toString('base64')}`);
  return { kind: 'proof', identity: first.identity, isRight: isBound && found.length > 0, answer };
}

/** ClientKey = ClientProof XOR HMAC(StoredKey, AuthMessage), and its hash is StoredKey. §3 */
function proves(proof: Uint8Array, { storedKey }: ScramKeys, signed: string): boolean {
  const signature = hmac(storedKey, signed);
  const clientKey = signature.map((octet, index) => octet ^ proof[index]!);
  return timingSafeEqual(sha256(clientKey), storedKey);
}
