/**
 * HTML as plain text: for mail that has no text/plain. No parser of documents: tags that make lines, links, entities.
 * Source: own; HTML Living Standard for element and entity names.
 */
/** Elements whose content is no text. */
const skipped = new Set(['script', 'style', 'head', 'title', 'template', 'svg']);
const blocks = new Set(
  'p div section article header footer h1 h2 h3 h4 h5 h6 ul ol dl dt dd table form fieldset blockquote pre address figure hr center'.split(
    ' ',
  ),
);

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  copy: '©',
  reg: '®',
  trade: '™',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
  bull: '•',
  middot: '·',
  euro: '€',
  pound: '£',
  yen: '¥',
  cent: '¢',
  sect: '§',
  deg: '°',
  times: '×',
  szlig: 'ß',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ccedil: 'ç',
  ntilde: 'ñ',
  aring: 'å',
  Aring: 'Å',
  aelig: 'æ',
  oslash: 'ø',
};

/** Takes time in proportion to its length, whatever is in it. */
export function htmlText(html: string): string {
  return decodeEntities(withoutTags(html))
    .split('\n')
    .map((line) => line.trim().replace(/ {2,}/g, ' '))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function withoutTags(html: string): string {
  const lower = html.toLowerCase();
  const out: string[] = [];
  let target = '';
  let shownFrom = 0;
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    out.push(html.slice(at, open === -1 ? html.length : open).replace(/\s+/g, ' '));
    if (open === -1) break;
    if (html.startsWith('<!--', open)) {
      at = after(html, '-->', open + 4);
      continue;
    }
    if (!/[a-z!?/]/.test(lower[open + 1] ?? '')) {
      out.push('<');
      at = open + 1;
      continue;
    }
    at = after(html, '>', open + 1);
    const tag = html.slice(open, at);
    const name = /^<\/?([a-z][a-z0-9]*)/i.exec(tag.slice(0, 40))?.[1]?.toLowerCase() ?? '';
    const isClosing = tag[1] === '/';
    if (skipped.has(name) && !isClosing) at = after(html, '>', indexOrEnd(lower, `</${name}`, at));
    else if (name === 'a' && !isClosing) {
      target = attribute(tag, 'href');
      shownFrom = out.length;
    } else if (name === 'a') {
      out.push(linkTarget(target, out.slice(shownFrom).join('').trim()));
      target = '';
      shownFrom = out.length;
    } else out.push(tagText(name, isClosing, tag));
  }
  return out.join('');
}

function tagText(name: string, isClosing: boolean, tag: string): string {
  if (name === 'br') return '\n';
  if (name === 'li') return isClosing ? '' : '\n* ';
  if (name === 'tr') return '\n';
  if ((name === 'td' || name === 'th') && isClosing) return '\t';
  if (name === 'img') return attribute(tag, 'alt');
  return blocks.has(name) ? '\n\n' : '';
}

const indexOrEnd = (text: string, wanted: string, from: number): number => {
  const found = text.indexOf(wanted, from);
  return found === -1 ? text.length : found;
};
const after = (text: string, wanted: string, from: number): number =>
  Math.min(indexOrEnd(text, wanted, from) + wanted.length, text.length);

function attribute(tag: string, name: string): string {
  // Nobody writes longer tags; scanning them over and over would take long.
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(
    tag.slice(0, 4_096),
  );
  return (found?.[1] ?? found?.[2] ?? found?.[3] ?? '').trim();
}

/** Where a link leads is shown: the text may say something else. */
function linkTarget(target: string, shown: string): string {
  if (!/^(?:https?|ftp|mailto):/i.test(target) || shown === '') return '';
  const plain = target.replace(/^mailto:/i, '');
  return shown === plain || shown === target ? '' : ` <${plain}>`;
}

const decodeEntities = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z]{2,8}));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities[name as string] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
      ? String.fromCodePoint(code)
      : '\ufffd';
  });
