/** The items of F$GETQUI, by what they are asked of. An item of another kind of object is `""`. Source: dcl.md §18.5. */
import type { Characteristic, Form } from '../../../ports/queue-definitions.ts';
import { QUEUE_DIRECTORY, QUEUE_MANAGER_NAME } from '../../../queue-manager/default-form.ts';
import type { DclValue } from '../../value.ts';
import { truth } from '../arguments.ts';
import { bitsOf, formFlagBits, managerStatusBits } from './bits.ts';
import type { QuiSubject } from './context.ts';
import { fileItems, jobItems } from './job-items.ts';
import { queueItems } from './queue-items.ts';
import type { QuiSource } from './source.ts';

const formItems: Readonly<Record<string, (form: Form) => DclValue>> = {
  FORM_NAME: ({ name }) => name,
  FORM_NUMBER: ({ number }) => number,
  FORM_STOCK: ({ stock }) => stock,
  FORM_DESCRIPTION: ({ description }) => description,
  FORM_LENGTH: ({ length }) => length,
  FORM_WIDTH: ({ width }) => width,
  FORM_MARGIN_TOP: ({ margins }) => margins.top,
  FORM_MARGIN_BOTTOM: ({ margins }) => margins.bottom,
  FORM_MARGIN_LEFT: ({ margins }) => margins.left,
  FORM_MARGIN_RIGHT: ({ margins }) => margins.right,
  FORM_FLAGS: ({ truncate, wrap, sheetFeed }) =>
    bitsOf(formFlagBits, [
      ...(truncate ? (['TRUNCATE'] as const) : []),
      ...(wrap ? (['WRAP'] as const) : []),
      ...(sheetFeed ? (['SHEET_FEED'] as const) : []),
    ]),
  FORM_TRUNCATE: ({ truncate }) => truth(truncate),
  FORM_WRAP: ({ wrap }) => truth(wrap),
  FORM_SHEET_FEED: ({ sheetFeed }) => truth(sheetFeed),
  FORM_SETUP_MODULES: ({ setup }) => setup.join(','),
  PAGE_SETUP_MODULES: ({ pageSetup }) => pageSetup.join(','),
};

const characteristicItems: Readonly<Record<string, (of: Characteristic) => DclValue>> = {
  CHARACTERISTIC_NAME: ({ name }) => name,
  CHARACTERISTIC_NUMBER: ({ number }) => number,
};

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
  [queueItems, jobItems, fileItems, formItems, managerItems, characteristicItems].some((each) =>
    Object.hasOwn(each, item),
  );

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
      return formItems[item]?.(subject.form) ?? '';
    case 'characteristic':
      return characteristicItems[item]?.(subject.characteristic) ?? '';
    case 'manager':
      return managerItems[item]?.(nodeName) ?? '';
  }
}
