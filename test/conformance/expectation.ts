/** What an `S:` line expects, and whether a reply is that. */
import type { ServerReply } from './connection.ts';

/**
 * `250|251 2.1.*|2.0.0 ~pattern !~pattern`: codes (`.` any digit), `closed` or `nothing`; enhanced codes, looked at where
 * the server has offered them; patterns over the lines of the text.
 * @returns what is wrong, undefined where nothing is
 */
export function mismatch(
  expectation: string,
  got: ServerReply | 'closed' | 'nothing',
  hasEnhancedCodes: boolean,
): string | undefined {
  const [, codes = '', enhanced, patterns = ''] =
    /^(\S+)(?: ([245*][\d.*|]*))?((?: !?~.*)?)$/.exec(expectation) ?? [];
  const wanted = codes.split('|');
  if (codes === '') throw new Error(`no expectation: ${expectation}`);
  if (typeof got === 'string') return wanted.includes(got) ? undefined : `got ${got}`;
  const said = `${got.code}${got.enhanced === undefined ? '' : ` ${got.enhanced}`} ${got.lines.join(' / ')}`;
  if (!wanted.some((each) => wholly(each.replaceAll('.', '\\d'), got.code))) return `got ${said}`;
  if (enhanced !== undefined && hasEnhancedCodes) {
    const choices = enhanced.split('|').map((each) => each.replaceAll('.', '\\.').replaceAll('*', '[\\d.]+'));
    if (!choices.some((each) => wholly(each, got.enhanced ?? ''))) return `got ${said}`;
  }
  const text = got.lines.join('\n');
  return matchesAll(patterns, text) ? undefined : `got ${said}`;
}

/** `~pattern` has to be found, `!~pattern` not; `^` and `$` are ends of lines, `\\A` and `\\Z` those of the text. */
export function matchesAll(patterns: string, text: string): boolean {
  return [...patterns.matchAll(/(?:^| )(!?)~(.*?)(?= !?~|$)/g)].every(([, not, pattern]) => {
    const source = pattern!.replaceAll('\\A', '(?<![^])').replaceAll('\\Z', '(?![^])');
    return new RegExp(source, 'mi').test(text) !== (not === '!');
  });
}

const wholly = (pattern: string, text: string): boolean => new RegExp(`^(?:${pattern})$`).test(text);
