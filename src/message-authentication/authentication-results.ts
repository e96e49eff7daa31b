/** The field Authentication-Results: ours as it is written, and others' that speak in our name. Source: RFC 8601. */

const LINE_LENGTH = 78;

/** The whole field with CRLF. @param results  `dkim=pass …`, one for each check */
export function authenticationResults(authservId: string, results: readonly string[]): string {
  const value = results.length === 0 ? ['none'] : results;
  return `Authentication-Results: ${authservId};\r\n${value.map(folded).join(';\r\n')}\r\n`;
}

/** Folded at blanks, each line behind a tab; a word that is too long has a line of its own. RFC 5322 §2.2.3 */
function folded(result: string): string {
  let lines = '';
  let rest = result;
  while (rest.length > LINE_LENGTH) {
    let blank = rest.lastIndexOf(' ', LINE_LENGTH);
    if (blank <= 0) blank = rest.indexOf(' ', LINE_LENGTH);
    if (blank === -1) break;
    lines += `\t${rest.slice(0, blank)}\r\n`;
    rest = rest.slice(blank + 1);
  }
  return `${lines}\t${rest}`;
}

/**
 * Whether a field claims to be ours: whoever sent it, what we believe we have to have found ourselves. RFC 8601 §5
 * @param value  what stands behind the colon, folded as it came
 */
export function claimsToBeFrom(authservId: string, value: string): boolean {
  const id = /^(?:"((?:[^"\\]|\\.)*)"|([^\s;"(]+))/s.exec(behindComments(value));
  const claimed = (id?.[1]?.replace(/\\(.)/gs, '$1') ?? id?.[2] ?? '').trim();
  return claimed.toLowerCase().replace(/\.$/, '') === authservId.toLowerCase();
}

/** Comments may stand before the name, and nest: one pass, however many a stranger writes. RFC 5322 §3.2.2 */
function behindComments(value: string): string {
  let depth = 0;
  let at = 0;
  for (; at < value.length; at++) {
    const character = value[at]!;
    if (character === '(') depth += 1;
    else if (depth > 0) {
      if (character === '\\') at += 1;
      else if (character === ')') depth -= 1;
    } else if (!/\s/.test(character)) break;
  }
  return value.slice(at);
}

/**
 * The result of a method, `pass` of `arc=pass (…)`; undefined where it was not looked at. What stands in comments and quotes is other
 * people's words. RFC 8601 §2.2
 * @param results  what stands behind the name of the host
 */
export function resultOf(method: string, results: string): string | undefined {
  let depth = 0;
  let isQuoted = false;
  let said = '';
  for (let at = 0; at < results.length; at++) {
    const character = results[at]!;
    if (character === '\\' && (isQuoted || depth > 0)) at += 1;
    else if (isQuoted) isQuoted = character !== '"';
    else if (character === '(') depth += 1;
    else if (depth > 0) depth -= character === ')' ? 1 : 0;
    else if (character === '"') isQuoted = true;
    else said += character;
  }
  const found = said.split(';').map((each) => /^\s*([\w-]+)=(\w+)/.exec(each));
  return found.find((each) => each?.[1] === method)?.[2];
}
