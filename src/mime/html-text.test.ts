import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../../test/support/processor-time.ts';
import { HtmlText, htmlText } from './html-text.ts';

const shown = (html: string): string[] => htmlText(html).split('\n');

describe('HTML as text', () => {
  const cases: [string, string, string[]][] = [
    [
      'blanks and entities',
      '<p>a &amp;\n  b&nbsp;&euro; &#8364; &NotEqual; &nix; 1 < 2',
      ['a & b € € ≠ &nix; 1 < 2'],
    ],
    ['paragraphs and breaks', '<p>a<br>b</p><p>c', ['a', 'b', '', 'c']],
    [
      'lists in lists',
      '<ul><li>a<ol><li>b<li>c</ol><li>d</ul>e',
      ['* a', '  1. b', '  2. c', '* d', '', 'e'],
    ],
    ['paragraphs in items', '<ul><li><p>a</p></li><li><p>b</p></li></ul>', ['* a', '', '* b']],
    ['tables', '<table><tr><th>Name<th>Room<tr><td>Anne<td>12</table>', ['Name\tRoom', 'Anne\t12']],
    [
      'quotations',
      '<blockquote><p>a<p>b<blockquote>c</blockquote></blockquote>d',
      ['> a', '>', '> b', '>', '> > c', '', 'd'],
    ],
    ['text that keeps its lines', '<pre>a\n  b\n\nc</pre>', ['a', '  b', '', 'c']],
    ['links', '<a href="http://a.example/?x=1&amp;y">text</a>', ['text <http://a.example/?x=1&y>']],
    ['links that say where they lead', '<a href="https://a.example/">a.example</a>', ['a.example']],
    ['links to nowhere and scripts', '<a href="javascript:alert(1)">a</a> <a href="#x">b</a>', ['a b']],
    ['pictures', '<img alt="a &quot;cat&quot;" src=x><img src=y>', ['a "cat"']],
    [
      'what is no text',
      '<title>t</title><style>p{}</style>a<script>if (a</b>) x</script><!-- <p> -->b',
      ['ab'],
    ],
    ['a tag with > in a value', '<a title="a>b" href=http://x.example>y</a>', ['y <http://x.example>']],
    ['words broken by tags', 'un<b>brok</b>en wo&shy;rd', ['unbroken word']],
    ['what never ends', 'a<p title="', ['a']],
  ];
  for (const [name, html, want] of cases) it(name, () => expect(shown(html)).toEqual(want));

  it('wraps paragraphs at words, items below their text', () => {
    const words = 'word '.repeat(40);
    expect(shown(`<ul><li>${words}</ul>`)).toEqual([
      `* ${'word '.repeat(15).trim()}`,
      `  ${'word '.repeat(15).trim()}`,
      `  ${'word '.repeat(10).trim()}`,
    ]);
  });
  it('is the same in any pieces', () => {
    const piece = fc.constantFrom(
      '<p>',
      'a b',
      '&eacute;',
      '<li>',
      '<ul>',
      '</ul>',
      '<!-- x -->',
      '<a href="http://x.y">',
      '</a>',
      '<',
      '&',
      '<script>x</script>',
      '\n',
      '<td>',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.integer({ min: 1, max: 20 }), (pieces, size) => {
        const html = pieces.join('');
        const text = new HtmlText();
        const lines: string[] = [];
        for (let at = 0; at < html.length; at += size) lines.push(...text.push(html.slice(at, at + size)));
        lines.push(...text.end());
        expect(lines.join('\n')).toBe(htmlText(html));
      }),
      { numRuns: 500 },
    );
  });
  it('is there behind a quotation mark that never ends', () => {
    expect(htmlText('<p class="lead>The text</p><p>and more</p>')).toBe('The text\n\nand more');
  });
  it('takes no longer than its length deserves', () => {
    for (const unit of [
      '<b>',
      '<b></i>',
      '<!--',
      '<a href="',
      '&amp',
      '<ul><li>',
      '<',
      '<a',
      '<script>',
      '<blockquote>x',
      '<td>x',
      ' ',
      'x',
      "<p title='>",
    ]) {
      const took = processorMs(() => htmlText(unit.repeat(1_000_000 / unit.length)));
      expect(took, unit).toBeLessThan(4_000);
    }
  });
});
