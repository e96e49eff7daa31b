/** What COPY, APPEND and RENAME take alike: parameters, qualifiers, and the name of what comes out. Source: dcl.md §13. */
import type { MessageDefinition } from '../../../condition/index.ts';
import type { CoreContext } from '../../verb.ts';
import { filterQualifiers } from './file-filter.ts';
import { withReason } from './input-files.ts';
import { type OutputName, outputName } from './output-name.ts';
import { protectionQualifier } from './protection-value.ts';

const number = { negatable: false, value: { required: true, type: '$NUMBER' } } as const;

export const fromAndTo = [
  { label: 'INPUT', prompt: 'From', required: true, value: { list: true, type: '$FILE' } },
  { label: 'OUTPUT', prompt: 'To', required: true, value: { type: '$FILE' } },
] as const;

/** Of COPY and APPEND. */
export const copyQualifiers = {
  ...filterQualifiers,
  // How a file is laid out, and when it reaches the disk, is left to the host.
  ALLOCATION: number,
  EXTENSION: number,
  CONTIGUOUS: {},
  READ_CHECK: {},
  WRITE_CHECK: {},
  TRUNCATE: {},
  VOLUME: number,
  CONFIRM: {},
  LOG: {},
  PROTECTION: protectionQualifier,
} as const;

/** @param failure  OPENOUT of the verb, thrown with the reason behind it */
export function completedName(
  text: string,
  { process }: CoreContext,
  failure: MessageDefinition,
): OutputName {
  try {
    return outputName(text, process);
  } catch (error) {
    throw withReason(failure, text, error);
  }
}
