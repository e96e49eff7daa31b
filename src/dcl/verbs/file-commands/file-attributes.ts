/**
 * SET FILE/ATTRIBUTES=(RFM:format,RAT:attribute,MRS:size): what the header says of records. How they lie on the disk is the host's
 * and stays; what else may stand there (LRL, EBK, FFB, …) is about that. Source: DCL Dictionary, SET FILE.
 */
import { DCL, type ParsedCommand } from '../../../command-definition/index.ts';
import { Condition } from '../../../condition/index.ts';
import { LONGEST_RECORD, type RecordAttributes, type RecordFormat } from '../../../ports/file-header.ts';
import type { NewFileHeader } from '../../../ports/file-system.ts';

const formats: readonly RecordFormat[] = ['VAR', 'VFC', 'FIX', 'STM', 'STMLF', 'STMCR', 'UDF'];
const attributes: Readonly<Record<string, RecordAttributes>> = { CR: 'CR', PRN: 'PRN', FTN: 'FTN', NONE: '' };

/** Throws IVKEYW for a format or an attribute there is none of, NUMBER, VALREQ. */
export function attributesOf(command: ParsedCommand): NewFileHeader {
  const fields = command.values('ATTRIBUTES').map((each) => attributeOf(each.toUpperCase()));
  return Object.assign({}, ...fields);
}

function attributeOf(text: string): NewFileHeader {
  const [name = '', value = ''] = text.split(/[:=]/);
  if (value === '' && ['RFM', 'RAT', 'MRS'].includes(name))
    throw new Condition(DCL.VALREQ, [], { token: name });
  switch (name) {
    case 'RFM':
      return { recordFormat: formats.find((each) => each === value) ?? unknown(value) };
    case 'RAT':
      return { recordAttributes: attributes[value] ?? unknown(value) };
    case 'MRS':
      if (!/^\d{1,5}$/.test(value) || Number(value) > LONGEST_RECORD)
        throw new Condition(DCL.NUMBER, [], { token: value });
      return { maximumRecord: Number(value) };
    default:
      return {};
  }
}

function unknown(word: string): never {
  throw new Condition(DCL.IVKEYW, [], { token: word });
}
