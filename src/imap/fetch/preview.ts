/** The first words of a message, for lists of messages. Source: RFC 8970. */
import { charsetDecoder, HtmlText, transferDecoder } from '../../mime/index.ts';
import type { ReadableMessage } from '../readable-message.ts';
import { isType, type PartStructure } from '../structure/message-structure.ts';

/** RFC 8970 §3.1: characters */
const LONGEST = 200;
/** Of the part, as much as is looked at. */
const LOOKED_AT_OCTETS = 16_384;

/** '' where there is no text. Octets of UTF-8, one a character. */
export async function previewOf(message: ReadableMessage): Promise<string> {
  const part = textPart((await message.structure()).root);
  if (part === undefined) return '';
  const lines: string[] = [];
  let length = 0;
  for await (const line of textLines(message, part)) {
    // What somebody else wrote before says nothing new.
    const words = line.startsWith('>') ? '' : line.replace(/[\p{C}\s]+/gu, ' ').trim();
    if (words === '') continue;
    lines.push(words);
    length += words.length;
    if (length > LONGEST * 2) break;
  }
  const text = [...lines.join(' ')].slice(0, LONGEST).join('').trimEnd();
  return Buffer.from(text).toString('latin1');
}

/** The first that people read; of alternatives the plain one. */
function textPart(part: PartStructure): PartStructure | undefined {
  if (part.disposition?.type.toLowerCase() === 'attachment') return undefined;
  if (isType(part, 'text', 'plain') || isType(part, 'text', 'html')) return part;
  if (!isType(part, 'multipart')) return undefined;
  const found = part.parts.map(textPart).filter((each) => each !== undefined);
  if (!isType(part, 'multipart', 'alternative')) return found[0];
  return found.find((each) => isType(each, 'text', 'plain')) ?? found[0];
}

async function* textLines(message: ReadableMessage, part: PartStructure): AsyncGenerator<string> {
  const transfer = transferDecoder(part.encoding);
  const charset = charsetDecoder(part.parameters.find(({ name }) => name.toLowerCase() === 'charset')?.value);
  const html = isType(part, 'text', 'html') ? new HtmlText() : undefined;
  let held = '';
  const lines = function* (text: string): Generator<string> {
    if (html !== undefined) {
      yield* html.push(text);
      return;
    }
    const found = (held + text).split(/\r?\n/);
    held = found.pop() ?? '';
    yield* found;
  };
  const end = Math.min(part.bodyEnd, part.bodyStart + LOOKED_AT_OCTETS);
  for await (const chunk of message.bytes(part.bodyStart, end))
    yield* lines(charset.write(transfer.write(chunk)));
  yield* lines(charset.write(transfer.end()) + charset.end());
  if (html !== undefined) yield* html.end();
  else yield held;
}
