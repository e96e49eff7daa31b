/**
 * The pages of a file as a print symbiont sends them: margins, width, wrapping, headings. Pure. A form feed in the text begins a
 * new page. Source: queues.md §7, §12; DCL Dictionary, PRINT /FEED, /HEADER, /SPACE, /PAGES; DEFINE/FORM.
 */
import type { FilePrintSettings, OutputSettings } from '../../ports/batch.ts';
import type { Form } from '../../ports/queue-definitions.ts';

/** Lines of a page, without line ends. */
export type PrintedPage = readonly string[];

export interface PageLayout {
  readonly form: Form;
  /** A new page where one is full. */
  readonly feed: boolean;
  readonly space: boolean;
  /** In front of each page: the file's name, and the number of the page. */
  readonly heading?: ((page: number) => string) | undefined;
}

export const layoutOf = (
  print: Pick<FilePrintSettings, 'feed' | 'space' | 'header'>,
  output: OutputSettings,
  heading: (page: number) => string,
): PageLayout => ({
  form: output.form,
  feed: print.feed ?? output.feed,
  space: print.space ?? false,
  heading: print.header ? heading : undefined,
});

/** One page after the other, as far as the text has been read. */
export async function* pagesOf(
  records: AsyncIterable<string>,
  layout: PageLayout,
): AsyncGenerator<PrintedPage> {
  const { form, feed, space } = layout;
  const { top, bottom } = form.margins;
  const headingLines = layout.heading === undefined ? 0 : 2;
  const room = Math.max(1, form.length - top - bottom - headingLines);
  let page: string[] = [];
  let number = 1;
  const finished = (): PrintedPage => {
    const head = layout.heading === undefined ? [] : [layout.heading(number), ''];
    const lines = [...Array.from({ length: top }, () => ''), ...head, ...page];
    page = [];
    number += 1;
    return lines;
  };
  let isNew = true;
  for await (const record of records) {
    for (const [index, part] of record.split('\f').entries()) {
      // A form feed ends the page, even an empty one; at the end of the text it begins none.
      if (index > 0) {
        yield finished();
        isNew = part === '' ? isNew : true;
        if (part === '') continue;
      } else if (part === '' && record.includes('\f')) continue;
      for (const line of linesOf(part, form)) {
        if (feed && page.length >= room) yield finished();
        page.push(line);
        isNew = false;
        if (space && page.length < room) page.push('');
      }
    }
  }
  if (page.length > 0 || (isNew && number === 1)) yield finished();
}

/** As wide as the form: the rest is left out or goes on below; /NOTRUNCATE/NOWRAP leaves it to the printer. */
function linesOf(text: string, { width, margins, truncate, wrap }: Form): readonly string[] {
  const indent = ' '.repeat(margins.left);
  const room = Math.max(1, width - margins.left - margins.right);
  const characters = [...expanded(text)];
  if (characters.length <= room || (!truncate && !wrap)) return [indent + characters.join('')];
  if (truncate && !wrap) return [indent + characters.slice(0, room).join('')];
  const lines: string[] = [];
  for (let start = 0; start < characters.length; start += room)
    lines.push(indent + characters.slice(start, start + room).join(''));
  return lines;
}

const TAB = 8;
function expanded(text: string): string {
  if (!text.includes('\t')) return text;
  let line = '';
  for (const character of text)
    line += character === '\t' ? ' '.repeat(TAB - ([...line].length % TAB)) : character;
  return line;
}

export interface SeparationText {
  readonly title: 'Job' | 'File' | 'End of job' | 'End of file';
  readonly words: readonly (readonly [string, string])[];
}

/** A page around a job or a file: who printed what. The layout is our own. docs/deviations.md */
export function separationPage({ title, words }: SeparationText, { width, margins }: Form): PrintedPage {
  const room = Math.max(40, Math.min(width, 80) - margins.left - margins.right);
  const rule = '*'.repeat(room);
  const indent = ' '.repeat(margins.left);
  return [
    rule,
    '',
    `    ${title}`,
    '',
    ...words.map(([name, value]) => `    ${name.padEnd(12)}${value}`),
    '',
    rule,
  ].map((line) => (line === '' ? '' : indent + line));
}
