/** What folders are for, where their names say it. Source: RFC 6154 §2. */
const specialUses = ['\\Trash', '\\Junk', '\\Sent', '\\Drafts', '\\Archive'] as const;
export type SpecialUse = (typeof specialUses)[number];

/**
 * Names that clients give the folders they make, the likelier first: one folder has a use, or clients do not know which to take.
 * JUNK is that of mail a filter or DMARC puts aside. MAIL itself has no folder for what was sent.
 */
const names: Readonly<Record<Exclude<SpecialUse, '\\Trash'>, readonly string[]>> = {
  '\\Junk': ['JUNK', 'SPAM', 'JUNK E-MAIL'],
  '\\Sent': ['SENT', 'SENT ITEMS', 'SENT MESSAGES', 'SENT MAIL'],
  '\\Drafts': ['DRAFTS'],
  '\\Archive': ['ARCHIVE', 'ARCHIVES'],
};

/** By folder. @param wastebasket  as it is called now */
export function specialUseOf(
  folders: ReadonlySet<string>,
  wastebasket: string,
): ReadonlyMap<string, SpecialUse> {
  const uses = new Map<string, SpecialUse>();
  if (folders.has(wastebasket)) uses.set(wastebasket, '\\Trash');
  for (const [use, candidates] of Object.entries(names)) {
    const folder = candidates.find((each) => folders.has(each) && !uses.has(each));
    if (folder !== undefined) uses.set(folder, use as SpecialUse);
  }
  return uses;
}
