/** The digest of APOP against a user's secret: POP_SECRET.DAT in his MAIL directory, one line. Source: RFC 1939 §7; tcpip-smtp.md §7.1. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Longest secret. */
export const SECRET_LIMIT = 500;

/** @param secret  undefined where the user has none, or is not there: the answer takes as long */
export function isApopDigest(secret: string | undefined, stamp: string, digest: string): boolean {
  const wanted = createHash('md5')
    .update(stamp)
    .update(secret ?? randomBytes(16))
    .digest();
  const given = Buffer.from(digest, 'hex');
  return (
    given.length === wanted.length && timingSafeEqual(given, wanted) && secret !== undefined && secret !== ''
  );
}
