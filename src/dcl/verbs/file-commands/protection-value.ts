/** /PROTECTION=(SYSTEM:RWED,…) and SET PROTECTION=(…): DCL checks the code while it reads it. */
import { DCL, type ParsedCommand } from '../../../command-definition/index.ts';
import { Condition } from '../../../condition/index.ts';
import { type ProtectionChange, parseProtection } from '../../../system/file-protection/protection-code.ts';

export const protectionQualifier = {
  negatable: false,
  value: { required: true, list: true },
} as const;

/** undefined when it is not given. Throws IVPROT. */
export function protectionOf(command: ParsedCommand, label = 'PROTECTION'): ProtectionChange | undefined {
  const elements = command.values(label);
  if (elements.length === 0) return undefined;
  const change = parseProtection(elements);
  if (change === undefined) throw new Condition(DCL.IVPROT);
  return change;
}
