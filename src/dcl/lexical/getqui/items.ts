/** The items of F$GETQUI, by what they are asked of. An item of another kind of object is `""`. Source: dcl.md §18.5. */
import { defaultForm, QUEUE_DIRECTORY, QUEUE_MANAGER_NAME } from '../../../queue-manager/default-form.ts';
import type { DclValue } from '../../value.ts';
import { truth } from '../arguments.ts';
import { bitsOf, formFlagBits, managerStatusBits } from './bits.ts';
import type { QuiSubject } from './context.ts';
import { fileItems, jobItems } from './job-items.ts';
import { queueItems } from './queue-items.ts';
import type { QuiSource } from './source.ts';

const { margins } = defaultForm;
const formItems: Readonly<Record<string, DclValue>> = {
  FORM_NAME: defaultForm.name,
  FORM_NUMBER: defaultForm.number,
  FORM_STOCK: defaultForm.stock,
  FORM_DESCRIPTION: defaultForm.description,
  FORM_LENGTH: defaultForm.length,
  FORM_WIDTH: defaultForm.width,
  FORM_MARGIN_TOP: margins.top,
  FORM_MARGIN_BOTTOM: margins.bottom,
  FORM_MARGIN_LEFT: margins.left,
  FORM_MARGIN_RIGHT: margins.right,
  FORM_FLAGS: bitsOf(formFlagBits, ['TRUNCATE']),
  FORM_TRUNCATE: truth(defaultForm.truncate),
  FORM_WRAP: truth(defaultForm.wrap),
  FORM_SHEET_FEED: truth(defaultForm.sheetFeed),
  FORM_SETUP_MODULES: '',
  PAGE_SETUP_MODULES: '',
};

/** There is none to be asked. */
const characteristicItems = ['CHARACTERISTIC_NAME', 'CHARACTERISTIC_NUMBER'];

const managerItems: Readonly<Record<string, (nodeName: string) => DclValue>> = {
  MANAGER_NAME: () => QUEUE_MANAGER_NAME,
  MANAGER_STATUS: () => managerStatusBits.RUNNING,
  MANAGER_NODES: () => '*',
  QUEUE_DIRECTORY: () => QUEUE_DIRECTORY,
  SCSNODE_NAME: (nodeName) => nodeName,
  ...Object.fromEntries(
    Object.keys(managerStatusBits).map((name) => [`MANAGER_${name}`, () => truth(name === 'RUNNING')]),
  ),
};

export const isKnownItem = (item: string): boolean =>
  [queueItems, jobItems, fileItems, formItems, managerItems].some((each) => Object.hasOwn(each, item)) ||
  characteristicItems.includes(item);

/** `""` for an item that such an object does not have. */
export async function itemOf(
  subject: QuiSubject,
  item: string,
  source: QuiSource,
  nodeName: string,
): Promise<DclValue> {
  switch (subject.kind) {
    case 'queue':
      return (await queueItems[item]?.(subject.queue, source)) ?? '';
    case 'job':
      return (await jobItems[item]?.(subject.job, source, subject)) ?? '';
    case 'file':
      return fileItems[item]?.(subject.job, subject.index) ?? '';
    case 'form':
      return formItems[item] ?? '';
    case 'manager':
      return managerItems[item]?.(nodeName) ?? '';
  }
}
