/**
 * Unstructured header text as people read it: encoded-words decoded, raw 8-bit bytes taken for UTF-8 where they are.
 * Sources: RFC 2047; RFC 6532 for raw UTF-8.
 */
import { isUtf8 } from 'node:buffer';
import { decodeCharset } from './charset.ts';

const encodedWord = /=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?\s]*)\?=/;
const encodedRun = new RegExp(`${encodedWord.source}(?:[ \\t\\r\\n]+${encodedWord.source})*`, 'g');

/** @param value  one character per byte where bytes were not decoded yet; text that was decoded comes back as it is */
export function headerText(value: string): string {
  const text = /[\x80-\xff]/.test(value) ? decodeBytes(value) : value;
  return text.includes('=?') ? text.replace(encodedRun, decodeRun) : text;
}

/** Blanks between encoded-words go; a character may be split between two of them (seen, although RFC 2047 §5 forbids it). */
function decodeRun(run: string): string {
  let result = '';
  let pending: { readonly charset: string; readonly bytes: Buffer[] } | undefined;
  const flush = (): void => {
    if (pending !== undefined) result += decodeCharset(Buffer.concat(pending.bytes), pending.charset);
  };
  for (const [, charset = '', encoding = '', content = ''] of run.matchAll(new RegExp(encodedWord, 'g'))) {
    const bytes = encoding.toUpperCase() === 'B' ? Buffer.from(content, 'base64') : decodeQ(content);
    if (pending?.charset === charset.toLowerCase()) {
      pending.bytes.push(bytes);
      continue;
    }
    flush();
    pending = { charset: charset.toLowerCase(), bytes: [bytes] };
  }
  flush();
  // What is encoded cannot start a header line of its own. RFC 2047 §5
  return result.replace(/[\r\n\0]+/g, ' ');
}

const decodeQ = (content: string): Buffer =>
  Buffer.from(
    content
      .replaceAll('_', ' ')
      .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );

/** Runs of bytes that are UTF-8; others stay Latin-1. */
function decodeBytes(value: string): string {
  if (/[^\x00-\xff]/.test(value)) return value;
  return value.replace(/[\x80-\xff]+/g, (run) => {
    const bytes = Buffer.from(run, 'latin1');
    return isUtf8(bytes) ? bytes.toString('utf8') : run;
  });
}
