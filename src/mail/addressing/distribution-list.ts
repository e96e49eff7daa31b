/** Distribution lists, `@FILE`: default type .DIS, `!` comments, one address list per record. vms-mail.md §5.2 */
import { Condition, condition, RMS } from '../../condition/index.ts';
import type { AddressContext } from '../mail-service.ts';
import { MAIL } from '../messages.ts';

/** Elements of the records, as typed; a longer list is refused. */
export const LIST_LIMIT = 100_000;

/** Throws `%MAIL-E-OPENIN` with the reason, or LISTTOOLONG. */
export async function readDistributionList(
  file: string,
  context: AddressContext,
): Promise<{ readonly specification: string; readonly records: readonly string[] }> {
  let specification = /\.[^\]>:]*$/.test(file) ? file : `${file}.DIS`;
  try {
    specification = await context.resolveFile(file, '.DIS');
    const reader = await context.files.openRead(specification);
    try {
      const records: string[] = [];
      for (let record = await reader.read(); record !== undefined; record = await reader.read()) {
        const content = withoutComment(record).trim();
        if (content === '') continue;
        if (records.length >= LIST_LIMIT) throw condition(MAIL.LISTTOOLONG);
        records.push(content);
      }
      return { specification, records };
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (!(error instanceof Condition) || error.definition.facility === 'MAIL') throw error;
    // The list as it was named: `error opening TEAM.DIS; as input`. vms-mail.md §5.2
    const shown =
      error.definition === RMS.FNF && !/[:\]]/.test(file) ? `${nameAndType(file)};` : specification;
    throw condition(MAIL.OPENIN, shown).with(error);
  }
}

const nameAndType = (file: string): string => (/\./.test(file) ? file : `${file}.DIS`).toUpperCase();

/** `!` begins a comment, except inside quotes and inside an address (`user!host`): there it has no blank before it. */
function withoutComment(record: string): string {
  let quoted = false;
  for (let at = 0; at < record.length; at++) {
    if (record[at] === '"') quoted = !quoted;
    else if (record[at] === '!' && !quoted && (at === 0 || /\s/.test(record[at - 1] ?? ''))) {
      return record.slice(0, at);
    }
  }
  return record;
}
