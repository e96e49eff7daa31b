/** A control character as transcripts show it, `\x07`. */
export const visible = (line: string): string =>
  line.replace(
    /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );

/** The other way: `\x1b`, `\u202e` and `\n` in what a directive is given. */
export const unescaped = (text: string): string =>
  text.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|n)/gi, (_, two?: string, four?: string) =>
    two === undefined && four === undefined ? '\n' : String.fromCharCode(Number.parseInt(two ?? four!, 16)),
  );
