/** EHLO keywords of a server, upper case, with their parameters. Source: RFC 5321 §4.1.1.1. */
import type { Reply } from './reply.ts';

/** @param hello  the reply to EHLO: greeting, then one extension a line */
export function extensionsOf(hello: Reply): ReadonlyMap<string, string> {
  return new Map(
    hello.lines.slice(1).map((line) => {
      const [keyword = '', ...parameters] = line.trim().split(/\s+/);
      return [keyword.toUpperCase(), parameters.join(' ')];
    }),
  );
}
