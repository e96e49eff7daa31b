/** Mailbox names of IMAP4rev1: UTF-7 with `&` in place of `+`, and `,` in place of `/`. Source: RFC 3501 §5.1.3. */

export function encodeModifiedUtf7(text: string): string {
  return text.replace(/&|[^\x20-\x7e]+/g, (run) => {
    if (run === '&') return '&-';
    const base64 = Buffer.from(run, 'utf16le').swap16().toString('base64');
    return `&${base64.replace(/=+$/, '').replaceAll('/', ',')}-`;
  });
}

/** Undefined for what nobody encodes so: octets that are not ASCII, runs without an end, half characters. */
export function decodeModifiedUtf7(text: string): string | undefined {
  if (/[^\x20-\x7e]/.test(text)) return undefined;
  let isWrong = false;
  const decoded = text.replace(/&([^-]*)(-?)/g, (_, run: string, end: string) => {
    if (end === '') isWrong = true;
    if (run === '') return '&';
    const octets = Buffer.from(run.replaceAll(',', '/'), 'base64');
    if (!/^[A-Za-z0-9+,]+$/.test(run) || octets.byteLength % 2 !== 0) {
      isWrong = true;
      return '';
    }
    return octets.swap16().toString('utf16le');
  });
  // Each text has one encoding only: another spelling would be another name for the same mailbox.
  return isWrong || encodeModifiedUtf7(decoded) !== text ? undefined : decoded;
}
