/** Does a record hold the strings, by /MATCH and /EXACT? Source: dcl.md §13. */
import type { ParsedCommand } from '../../../command-definition/index.ts';

type Match = 'AND' | 'OR' | 'NAND' | 'NOR' | 'XOR';

/** Default: any of the strings, case does not count. */
export function recordTest(command: ParsedCommand): (record: string) => boolean {
  const isExact = command.present('EXACT');
  const cased = (text: string): string => (isExact ? text : text.toUpperCase());
  const strings = command.values('STRING').map(cased);
  const match = (command.value('MATCH') ?? 'OR') as Match;
  return (record) => {
    const text = cased(record);
    switch (match) {
      case 'AND':
        return strings.every((each) => text.includes(each));
      case 'NAND':
        return !strings.every((each) => text.includes(each));
      case 'OR':
        return strings.some((each) => text.includes(each));
      case 'NOR':
        return !strings.some((each) => text.includes(each));
      case 'XOR':
        return strings.filter((each) => text.includes(each)).length === 1;
    }
  };
}
