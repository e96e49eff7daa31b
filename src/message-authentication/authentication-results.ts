/** The field Authentication-Results: ours as it is written, and others' that speak in our name. Source: RFC 8601. */

const LINE_LENGTH = 78;

/** The whole field with CRLF. @param results  `dkim=pass …`, one for each check */
export function authenticationResults(authservId: string, results: readonly string[]): string {
  const value = results.length === 0 ? ['none'] : results;
  return `Authentication-Results: ${authservId};\r\n${value.map(folded).join(';\r\n')}\r\n`;
}

/** Folded at blanks, each line behind a tab; a word that is too long has a line of its own. RFC 5322 §2.2.3 */
function folded(result: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of result.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > LINE_LENGTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `\t${each}`).join('\r\n');
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
