/** Protection codes as people write and read them: `(S:RWED,O:RWED,G:RE,W)`. Source: dcl.md §13, §14, §16.5. */
import type { FileProtection } from '../../ports/file-header.ts';

const LETTERS = 'RWED';

/** RMS_FILEPROT: what a new file has when nobody says otherwise. */
export const ordinaryProtection: FileProtection = { system: 'RWED', owner: 'RWED', group: 'RE', world: '' };

const CATEGORIES = ['system', 'owner', 'group', 'world'] as const;
export type Category = (typeof CATEGORIES)[number];

/** Categories that are named; the others stay as they are. */
export type ProtectionChange = Partial<FileProtection>;

/**
 * Elements of a code, `SYSTEM:RWED`, `G=RE`, `W`; a category without letters has no access.
 * @returns undefined when one is no category, or has other letters than RWED
 */
export function parseProtection(elements: readonly string[]): ProtectionChange | undefined {
  const change: { -readonly [Each in Category]?: string } = {};
  for (const element of elements) {
    const [, word = '', letters = ''] =
      /^\s*([A-Z]+)\s*(?:[:=]\s*([A-Z]*)\s*)?$/.exec(element.toUpperCase()) ?? [];
    const category = word === '' ? undefined : CATEGORIES.find((each) => each.toUpperCase().startsWith(word));
    // A file has no logical and physical access; L and P would be for devices.
    if (category === undefined || /[^RWED]/.test(letters)) return undefined;
    change[category] = inOrder(letters);
  }
  return change;
}

const inOrder = (letters: string): string => [...LETTERS].filter((each) => letters.includes(each)).join('');

/** `SYSTEM=RWED, OWNER=RWED, GROUP=RE, WORLD=`, as F$FILE_ATTRIBUTES gives it. */
export const protectionItem = (protection: FileProtection): string =>
  CATEGORIES.map((each) => `${each.toUpperCase()}=${protection[each]}`).join(', ');

/** `SYSTEM=RWED, OWNER=RWED, GROUP=RE, WORLD=NO ACCESS`: SHOW PROTECTION. */
export const protectionLine = (protection: FileProtection): string =>
  CATEGORIES.map((each) => `${each.toUpperCase()}=${protection[each] || 'NO ACCESS'}`).join(', ');

/** `System:RWED, Owner:RWED, Group:RE, World:`: DIRECTORY/FULL. */
export const protectionField = (protection: FileProtection): string =>
  CATEGORIES.map((each) => `${each.charAt(0).toUpperCase()}${each.slice(1)}:${protection[each]}`).join(', ');

/** `(RWED,RWED,RE,)`: DIRECTORY/PROTECTION. */
export const protectionColumn = (protection: FileProtection): string =>
  `(${CATEGORIES.map((each) => protection[each]).join(',')})`;

/** `(S:RWED,O:RWED,G:RE,W)`: messages. */
export const protectionCode = (protection: FileProtection): string =>
  `(${CATEGORIES.map((each) => {
    const letters = protection[each];
    return `${each.charAt(0).toUpperCase()}${letters === '' ? '' : `:${letters}`}`;
  }).join(',')})`;
