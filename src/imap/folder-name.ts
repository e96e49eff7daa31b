/**
 * Folders of MAIL under the names that clients see: NEWMAIL is INBOX, the others in lower case with capitals at the beginnings
 * of words. What is not so in the folder's own name is told by `_`; so each folder has one name and each name one folder.
 * Source: tcpip-smtp.md §7.3.
 */
import { NEWMAIL } from '../mail/index.ts';

export const INBOX = 'INBOX';
/** Between the levels of a name. Deviation: folders of MAIL have no levels; a name with `/` in it looks like some. */
export const DELIMITER = '/';

/** Whatever has a capital: letters, and signs like `ⓐ`. */
const isLowerCase = (character: string): boolean =>
  /\p{Ll}/u.test(character) || upperCase(character) !== character;
const beginsWord = (before: string | undefined): boolean => before === undefined || /[ @(_$\-/]/.test(before);

export function mailboxName(folder: string): string {
  if (folder === NEWMAIL) return INBOX;
  let name = '';
  let before: string | undefined;
  for (const character of folder) {
    if (character === '_') name += '__';
    else if (character === '$') name += '$$';
    else if (isLowerCase(character)) name += `_${character}`;
    else name += beginsWord(before) ? character : lowerCase(character);
    before = character;
  }
  // What clients put below INBOX is there for all of them.
  return name.startsWith('Inbox/') ? `${INBOX}${name.slice(INBOX.length)}` : name;
}

/** Case does not matter in names, but behind `_`. */
export function folderName(mailbox: string): string {
  if (mailbox.toUpperCase() === INBOX) return NEWMAIL;
  const characters = [...mailbox];
  let folder = '';
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!;
    const next = characters[at + 1];
    if (character === '_' && next !== undefined && (next === '_' || isLowerCase(next))) {
      folder += next;
      at++;
    } else if (character === '$' && next === '$') {
      folder += '$';
      at++;
    } else folder += upperCase(character);
  }
  return folder;
}

/** Only what comes back: `ß` and its like stay as they are. */
const lowerCase = (character: string): string => {
  const lower = character.toLowerCase();
  return lower !== character && upperCase(lower) === character ? lower : character;
};
const upperCase = (character: string): string => {
  const upper = character.toUpperCase();
  return upper.toLowerCase() === character ? upper : character;
};
