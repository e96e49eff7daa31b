/** DIRECTORY/FULL: everything that is known of a file. Source: dcl.md §13 [R8]. */
import { SYSTEM } from '../../../condition/index.ts';
import type { FileHeader, RecordAttributes, RecordFormat } from '../../../ports/file-header.ts';
import type { FileEntry } from '../../../ports/file-system.ts';
import { uicText } from '../../../system/accounts.ts';
import { protectionField } from '../../../system/file-protection/protection-code.ts';
import { formatTime } from '../../../vms-time/index.ts';
import { allocatedBlocks, usedBlocks } from './blocks.ts';

const NAME_WIDTH = 30;
const NONE = '<None specified>';

export function fullLines(name: string, entry: FileEntry): readonly string[] {
  if (!entry.isReadable) return [`${name.padEnd(NAME_WIDTH)}${SYSTEM.NOPRIV.text}`];
  const size = `${String(usedBlocks(entry)).padStart(5)}/${allocatedBlocks(entry)}`;
  return [
    ...named(name, `File ID:  ${entry.fileId}`),
    `${`Size:        ${size}`.padEnd(NAME_WIDTH)}Owner:    ${uicText(entry.owner)}`,
    `Created:    ${formatTime(entry.created)}`,
    `Revised:    ${formatTime(entry.modified)}`,
    `Expires:    ${entry.expires === undefined ? NONE : formatTime(entry.expires)}`,
    `Backup:     ${entry.backup === undefined ? '<No backup recorded>' : formatTime(entry.backup)}`,
    `Effective:  ${NONE}`,
    `Recording:  ${NONE}`,
    `File organization:  ${organizationText(entry)}`,
    'Shelved state:      Online',
    'Caching attribute:  Writethrough',
    `File attributes:    Allocation: ${allocatedBlocks(entry)}, Extend: 0, Global buffer count: 0${entry.isDirectory ? ', Directory file' : ''}`,
    `                    ${entry.versionLimit === 0 ? 'No version limit' : `Version limit: ${entry.versionLimit}`}`,
    `Record format:      ${formatText(entry)}`,
    `Record attributes:  ${attributeTexts[entry.recordAttributes]}`,
    'RMS attributes:     None',
    'Journaling enabled: None',
    `File protection:    ${protectionField(entry.protection)}`,
    'Access Cntrl List:  None',
    'Client attributes:  None',
  ];
}

const named = (name: string, data: string): readonly string[] =>
  name.length < NAME_WIDTH ? [name.padEnd(NAME_WIDTH) + data] : [name, ''.padEnd(NAME_WIDTH) + data];

const organizationText = ({ organization }: FileHeader): string =>
  ({ SEQ: 'Sequential', REL: 'Relative', IDX: 'Indexed, Prolog: 3' })[organization];

const formats: Readonly<Record<RecordFormat, string>> = {
  VAR: 'Variable length',
  VFC: 'VFC, 2 byte header',
  FIX: 'Fixed length',
  STM: 'Stream',
  STMLF: 'Stream_LF',
  STMCR: 'Stream_CR',
  UDF: 'Undefined',
};

function formatText({ recordFormat, maximumRecord }: FileHeader): string {
  if (recordFormat === 'FIX') return `Fixed length ${maximumRecord} byte records`;
  return `${formats[recordFormat]}, maximum ${maximumRecord} bytes`;
}

const attributeTexts: Readonly<Record<RecordAttributes, string>> = {
  CR: 'Carriage return carriage control',
  PRN: 'Print file carriage control',
  FTN: 'Fortran carriage control',
  '': 'None',
};
