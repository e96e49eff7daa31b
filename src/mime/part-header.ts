/** The header of a message or a part, and what it says about the body. Sources: RFC 5322 §2.2, RFC 2045 §5, RFC 2183. */
import { withoutComments } from './comments.ts';
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
  const described = (name: string): Described => parsed(bounded(first(name) ?? ''));
  const contentType = described('content-type');
  const disposition = described('content-disposition');
  const type = contentType.value.toLowerCase();
  const fileName = disposition.asWritten['filename'] ?? contentType.asWritten['name'];
  return {
    fields,
    lines,
    type: /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(type) ? type : defaultType,
    charset: contentType.params['charset'],
    boundary: contentType.params['boundary'],
    encoding: encodingOf(first('content-transfer-encoding')),
    isAttachment: disposition.value.toLowerCase() === 'attachment',
    fileName: fileName === undefined || fileName === '' ? undefined : headerText(fileName),
    isFlowed: contentType.params['format']?.toLowerCase() === 'flowed',
    deletesSpace: contentType.params['delsp']?.toLowerCase() === 'yes',
  };
}

interface Described {
  readonly value: string;
  readonly params: Readonly<Record<string, string>>;
  /** Comments among them: in a name of a file that nobody has quoted, `report (2).pdf`, they are none. */
  readonly asWritten: Readonly<Record<string, string>>;
}

function parsed(field: string): Described {
  const written = libmime().parseHeaderValue(field);
  const { value, params } = field.includes('(')
    ? libmime().parseHeaderValue(withoutComments(field))
    : written;
  return { value: value.trim(), params, asWritten: written.params };
}

/** One word, whatever stands behind it. */
const encodingOf = (field: string | undefined): string | undefined =>
  field === undefined ? undefined : (/^[^\s;]+/.exec(withoutComments(bounded(field)).trim())?.[0] ?? '');

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
