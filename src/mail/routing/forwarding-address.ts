/**
 * The text of SET FORWARD as SMTP paths: `SMITH`, `NODE::SMITH`, `user@host`, `SMTP%"user@host"`, several with commas.
 * Source: vms-mail.md §5.1, §5.5; tcpip-smtp.md §5.1.
 */

/** Prefixes that mean SMTP; other transports do not exist here. vms-mail.md §5.1 */
const smtpTransports = new Set(['SMTP', 'IN', 'INET', 'MX', 'WINS']);

/**
 * @param nodeName  this node: `NODE::SMITH` is then SMITH
 * @returns forward-paths and bare local names in order; undefined where a part cannot be reached by SMTP or MAIL
 */
export function forwardingPaths(text: string, nodeName: string): readonly string[] | undefined {
  const paths: string[] = [];
  for (const part of splitAtCommas(text)) {
    const inner = partPaths(part, nodeName);
    if (inner === undefined) return undefined;
    paths.push(...inner);
  }
  return paths.length === 0 ? undefined : paths;
}

function partPaths(part: string, nodeName: string): readonly string[] | undefined {
  const node = /^([A-Za-z0-9$_]+)::(.*)$/s.exec(part);
  if (node !== null) {
    return node[1]?.toUpperCase() === nodeName.toUpperCase() ? partPaths(node[2] ?? '', nodeName) : undefined;
  }
  const transport = /^([A-Za-z0-9$_]+)%(.*)$/s.exec(part);
  if (transport === null) {
    const name = unjacket(part);
    return name === '' ? [] : [name];
  }
  const [, prefix = '', argument = ''] = transport;
  // One jacket may hold several addresses. tcpip-smtp.md §5.1
  if (smtpTransports.has(prefix.toUpperCase())) return splitAtCommas(unjacket(argument));
  // `user%host@gateway` has no jacket: the percent belongs to the local-part. tcpip-smtp.md §5.2
  return argument.startsWith('"') || !argument.includes('@') ? undefined : [part];
}

/** `"user@host"` and, from three sets of quotes, `""user@host""` are `user@host`; `"a b"@host` stays. */
function unjacket(text: string): string {
  let inner = text.trim();
  while (inner.length >= 2 && inner.startsWith('"') && inner.endsWith('"')) inner = inner.slice(1, -1);
  // Quotes inside the jacket were turned into cent signs. tcpip-smtp.md §5.2
  return inner.replaceAll('¢', '"').trim();
}

function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (character === ',' && !quoted) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part].map((each) => each.trim()).filter((each) => each !== '');
}
