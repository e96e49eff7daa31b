/**
 * A self-signed X.509 certificate for one host name, with a key of its own: what a node begins with, so that STARTTLS always
 * works. One form alone, written in DER: node:crypto reads certificates and cannot write them. Source: RFC 5280 §4.1.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

const YEARS = 10;
const LONGEST_COMMON_NAME = 64;

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
const SET = 0x31;
const explicit = (tag: number): number => 0xa0 + tag;
/** Of a GeneralName. */
const DNS_NAME = 0x82;

/** @returns PEM, of both; the key is one of P-256 */
export function createSelfSignedCertificate(
  hostName: string,
  now: number,
): { readonly certificate: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const toBeSigned = certificateInfo(hostName, publicKey, new Date(now));
  const signature = sign('sha256', toBeSigned, privateKey);
  const certificate = der(SEQUENCE, toBeSigned, ecdsaWithSha256, bitString(signature));
  return {
    certificate: pem('CERTIFICATE', certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** TBSCertificate, version 3. */
function certificateInfo(hostName: string, publicKey: KeyObject, from: Date): Buffer {
  const until = new Date(from);
  until.setUTCFullYear(from.getUTCFullYear() + YEARS);
  const name = distinguishedName(hostName.length > LONGEST_COMMON_NAME ? 'vmsmail' : hostName);
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return der(
    SEQUENCE,
    der(explicit(0), der(INTEGER, Buffer.of(2))),
    // Positive, and not zero. RFC 5280 §4.1.2.2
    der(INTEGER, Buffer.concat([Buffer.of(0x40), randomBytes(15)])),
    ecdsaWithSha256,
    name,
    der(SEQUENCE, time(from), time(until)),
    name,
    spki,
    der(explicit(3), der(SEQUENCE, ...extensions(hostName, spki))),
  );
}

function extensions(hostName: string, spki: Buffer): readonly Buffer[] {
  const keyIdentifier = createHash('sha256').update(spki).digest().subarray(0, 20);
  return [
    // basicConstraints: no authority.
    extension('2.5.29.19', der(SEQUENCE), true),
    // keyUsage: digitalSignature, the first bit of eight of which seven are unused.
    extension('2.5.29.15', der(BIT_STRING, Buffer.of(7, 0x80)), true),
    // extKeyUsage: serverAuth
    extension('2.5.29.37', der(SEQUENCE, objectIdentifier('1.3.6.1.5.5.7.3.1'))),
    // subjectAltName
    extension('2.5.29.17', der(SEQUENCE, der(DNS_NAME, Buffer.from(hostName, 'latin1')))),
    // subjectKeyIdentifier
    extension('2.5.29.14', der(OCTET_STRING, keyIdentifier)),
  ];
}

const extension = (id: string, value: Buffer, isCritical = false): Buffer =>
  der(
    SEQUENCE,
    objectIdentifier(id),
    ...(isCritical ? [Buffer.of(0x01, 0x01, 0xff)] : []),
    der(OCTET_STRING, value),
  );

const distinguishedName = (commonName: string): Buffer =>
  der(
    SEQUENCE,
    der(SET, der(SEQUENCE, objectIdentifier('2.5.4.3'), der(UTF8_STRING, Buffer.from(commonName)))),
  );

/** UTCTime up to 2049. RFC 5280 §4.1.2.5 */
function time(instant: Date): Buffer {
  const digits = instant.toISOString().replace(/\.\d+Z$|[-:T]/g, '');
  return instant.getUTCFullYear() < 2050
    ? der(UTC_TIME, Buffer.from(`${digits.slice(2)}Z`))
    : der(GENERALIZED_TIME, Buffer.from(`${digits}Z`));
}

/** X.690 §8.1: tag, length, content. */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const length: number[] = [];
  for (let rest = body.length; rest > 0; rest >>= 8) length.unshift(rest & 0xff);
  const prefix = body.length < 0x80 ? [body.length] : [0x80 + length.length, ...length];
  return Buffer.concat([Buffer.of(tag, ...prefix), body]);
}

const bitString = (bits: Buffer): Buffer => der(BIT_STRING, Buffer.of(0), bits);

/** X.690 §8.19: base 128, the first two arcs in one octet. */
function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...arcs] = dotted.split('.').map(Number);
  const base128 = (arc: number): readonly number[] =>
    arc < 0x80 ? [arc] : [...base128(arc >>> 7).map((each) => each | 0x80), arc & 0x7f];
  return der(OBJECT_IDENTIFIER, Buffer.from([first * 40 + second, ...arcs.flatMap(base128)]));
}

const ecdsaWithSha256 = der(SEQUENCE, objectIdentifier('1.2.840.10045.4.3.2'));

const pem = (label: string, bytes: Buffer): string =>
  `-----BEGIN ${label}-----\n${bytes.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`;
