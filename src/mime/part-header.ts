/** The header of a message or a part, and what it says about the body. Sources: RFC 5322 §2.2, RFC 2045 §5, RFC 2183. */
import { headerText } from './header-text.ts';
import { libmime } from './libmime.ts';

export interface PartHeader {
  /** Fields as they came, unfolded, one character per byte. */
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** Lines as they came, without line ends, one character per byte. */
  readonly lines: readonly string[];
  /** Lower case: `text/plain`. */
  readonly type: string;
  readonly charset: string | undefined;
  readonly boundary: string | undefined;
  readonly encoding: string | undefined;
  readonly isAttachment: boolean;
  readonly fileName: string | undefined;
  readonly isFlowed: boolean;
  readonly deletesSpace: boolean;
}

/** @param defaultType  text/plain, or message/rfc822 inside multipart/digest (RFC 2046 §5.1.5) */
export function parsePartHeader(lines: readonly string[], defaultType = 'text/plain'): PartHeader {
  const fields = unfold(lines);
  const first = (name: string): string | undefined => fields.find((each) => each.name === name)?.value;
  const contentType = libmime().parseHeaderValue(bounded(first('content-type') ?? defaultType));
  const disposition = libmime().parseHeaderValue(bounded(first('content-disposition') ?? ''));
  const type = contentType.value.trim().toLowerCase();
  const fileName = disposition.params['filename'] ?? contentType.params['name'];
  return {
    fields,
    lines,
    type: /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(type) ? type : defaultType,
    charset: contentType.params['charset'],
    boundary: contentType.params['boundary'],
    encoding: first('content-transfer-encoding'),
    isAttachment: disposition.value.trim().toLowerCase() === 'attachment',
    fileName: fileName === undefined || fileName === '' ? undefined : headerText(fileName),
    isFlowed: contentType.params['format']?.toLowerCase() === 'flowed',
    deletesSpace: contentType.params['delsp']?.toLowerCase() === 'yes',
  };
}

/** Parameters of a field that long mean nothing. */
const bounded = (value: string): string => value.slice(0, 8_192);

function unfold(lines: readonly string[]): { readonly name: string; readonly value: string }[] {
  const fields: { name: string; parts: string[] }[] = [];
  for (const line of lines) {
    if (/^[ \t]/.test(line)) fields.at(-1)?.parts.push(line.trim());
    else {
      const colon = line.indexOf(':');
      if (colon > 0) {
        fields.push({
          name: line.slice(0, colon).trim().toLowerCase(),
          parts: [line.slice(colon + 1).trim()],
        });
      }
    }
  }
  return fields.map(({ name, parts }) => ({ name, value: parts.join(' ') }));
}
