/**
 * What a node that root starts for somebody keeps of root's environment: whoever has the node's rights reads it in /proc, and
 * root's may hold what is root's alone, as keys of other programs. Of an ordinary user it keeps everything.
 */

/** Where programs are, how times and texts are written, what the runtime and OpenSSL are to do; and our own. */
const KEPT =
  /^(?:PATH|TZ|LANG|LANGUAGE|LC_[A-Z]+|TERM|TMPDIR|NO_COLOR|NODE_[A-Z_]+|SSL_CERT_(?:FILE|DIR)|OPENSSL_[A-Z_]+|VMSMAIL_[A-Z_]+)$/;

export const inheritedEnvironment = (
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => KEPT.test(name)));
