/**
 * How a password or a user name is written before it is compared: NFKC, other blanks as blanks, invisible characters away.
 * Source: RFC 4013. The tables of RFC 3454 are those of Unicode 3.2; here the properties of today's Unicode decide.
 */

/** RFC 3454 B.1: commonly mapped to nothing. */
const NOTHING = /\u034f|\u00ad|\u1806|[\u180b-\u180d]|[\u200b-\u200d]|\u2060|[\ufe00-\ufe0f]|\ufeff/g;
/** C.1.2 */
const OTHER_BLANKS = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g;
/** C.2–C.9: controls, private use, non-characters, surrogates, what changes the display. */
const PROHIBITED =
  /[\p{Cc}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}\u2028\u2029\u200e\u200f\u202a-\u202e\u2ff0-\u2ffb\ufff9-\uffff]/u;

/** Undefined for what nobody may be called, or have as a password. */
export function saslPrep(text: string): string | undefined {
  // Nearly all of them.
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const prepared = text.replace(OTHER_BLANKS, ' ').replace(NOTHING, '').normalize('NFKC');
  return PROHIBITED.test(prepared) ? undefined : prepared;
}
