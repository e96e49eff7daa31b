/** DEFINE/FORM, DELETE/FORM, DEFINE/CHARACTERISTIC, DELETE/CHARACTERISTIC. Source: queues.md §12. */
import { DCL, defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import { Condition, SYSTEM } from '../condition/index.ts';
import type { Form } from '../ports/queue-definitions.ts';
import type { VerbContext } from '../system/image.ts';
import { callerOf } from '../system/queue-requests.ts';
import type { OperatorDeps } from './deps.ts';

const LAST_FORM = 9999;
const LAST_CHARACTERISTIC = 127;
const LONGEST_NAME = 31;
/** Lines and columns of a form. */
const LARGEST_SIDE = 65_535;
const side = { negatable: false, value: { type: '$NUMBER', required: true } } as const;

const nameParameter = (label: string, prompt: string) =>
  ({ label, prompt, required: true, value: {} }) as const;
const numberParameter = (label: string, prompt: string) =>
  ({ label, prompt, required: true, value: { type: '$NUMBER' } }) as const;

export const defineFormVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'DEFINE/FORM',
    summary: 'Defines a form, or changes one.',
    source: 'DCL Dictionary, DEFINE/FORM',
    privilege: 'OPER',
    parameters: [nameParameter('FORM_NAME', 'Form'), numberParameter('FORM_NUMBER', 'Number')],
    qualifiers: {
      DESCRIPTION: {
        negatable: false,
        value: { required: true, type: '$QUOTED_STRING' },
        summary: 'what it is',
      },
      LENGTH: { ...side, summary: 'lines of a page' },
      MARGIN: {
        negatable: false,
        value: {
          list: true,
          required: true,
          keywords: { BOTTOM: { value: {} }, LEFT: { value: {} }, RIGHT: { value: {} }, TOP: { value: {} } },
        },
        summary: 'TOP=, BOTTOM=, LEFT=, RIGHT= lines and columns that stay empty',
      },
      PAGE_SETUP: { value: { list: true, required: true }, summary: 'modules; kept and shown' },
      SETUP: { value: { list: true, required: true }, summary: 'modules; kept and shown' },
      SHEET_FEED: { summary: 'single sheets; kept and shown' },
      STOCK: { negatable: false, value: { required: true }, summary: 'the paper; default: as the form' },
      TRUNCATE: { summary: 'what is beyond the right margin is left out' },
      WIDTH: { ...side, summary: 'columns of a line' },
      WRAP: { summary: 'what is beyond the right margin goes on below' },
    },
    disallow: ['TRUNCATE AND WRAP'],
    async routine(command, context) {
      const form = {
        name: nameOf(command.value('FORM_NAME')!),
        number: within(command.value('FORM_NUMBER')!, LAST_FORM),
        ...shapeOf(command),
        ...textOf(command),
      };
      await (await queueManager()).define({ kind: 'form', form }, callerOf(context));
      return SYSTEM.NORMAL.value;
    },
  });

type FormChanges = { -readonly [Field in keyof Form]?: Form[Field] };

function shapeOf(command: ParsedCommand): FormChanges {
  const changes: FormChanges = {};
  if (command.present('LENGTH')) changes.length = within(command.value('LENGTH')!, LARGEST_SIDE, 1);
  if (command.present('WIDTH')) changes.width = within(command.value('WIDTH')!, LARGEST_SIDE, 1);
  if (command.present('MARGIN')) {
    const margin = (word: string): number =>
      command.present(`MARGIN.${word}`) ? within(command.value(`MARGIN.${word}`) ?? '0', LARGEST_SIDE) : 0;
    changes.margins = {
      top: margin('TOP'),
      bottom: margin('BOTTOM'),
      left: margin('LEFT'),
      right: margin('RIGHT'),
    };
  }
  // The one excludes the other.
  if (command.present('WRAP')) Object.assign(changes, { wrap: true, truncate: false });
  if (command.present('TRUNCATE')) Object.assign(changes, { wrap: false, truncate: true });
  if (command.negated('WRAP')) changes.wrap = false;
  if (command.negated('TRUNCATE')) changes.truncate = false;
  if (command.present('SHEET_FEED')) changes.sheetFeed = true;
  if (command.negated('SHEET_FEED')) changes.sheetFeed = false;
  return changes;
}

function textOf(command: ParsedCommand): FormChanges {
  const changes: FormChanges = {};
  if (command.present('DESCRIPTION')) changes.description = command.value('DESCRIPTION')!;
  if (command.present('STOCK')) changes.stock = nameOf(command.value('STOCK')!);
  const modules = (label: string): readonly string[] | undefined =>
    command.negated(label)
      ? []
      : command.present(label)
        ? command.values(label).map((each) => each.toUpperCase())
        : undefined;
  const setup = modules('SETUP');
  const pageSetup = modules('PAGE_SETUP');
  if (setup !== undefined) changes.setup = setup;
  if (pageSetup !== undefined) changes.pageSetup = pageSetup;
  return changes;
}

export const deleteFormVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'DELETE/FORM',
    summary: 'Removes a form that nothing uses.',
    source: 'DCL Dictionary, DELETE/FORM',
    privilege: 'OPER',
    parameters: [nameParameter('FORM_NAME', 'Form')],
    async routine(command, context) {
      const name = command.value('FORM_NAME')!.toUpperCase();
      await (await queueManager()).define({ kind: 'deleteForm', name }, callerOf(context));
      return SYSTEM.NORMAL.value;
    },
  });

export const defineCharacteristicVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'DEFINE/CHARACTERISTIC',
    summary: 'Gives a characteristic its name.',
    source: 'DCL Dictionary, DEFINE/CHARACTERISTIC',
    privilege: 'OPER',
    parameters: [
      nameParameter('CHARACTERISTIC_NAME', 'Characteristic'),
      numberParameter('CHARACTERISTIC_NUMBER', 'Number'),
    ],
    async routine(command, context) {
      const name = nameOf(command.value('CHARACTERISTIC_NAME')!);
      const number = within(command.value('CHARACTERISTIC_NUMBER')!, LAST_CHARACTERISTIC);
      await (await queueManager()).define({ kind: 'characteristic', name, number }, callerOf(context));
      return SYSTEM.NORMAL.value;
    },
  });

export const deleteCharacteristicVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'DELETE/CHARACTERISTIC',
    summary: 'Removes the name of a characteristic.',
    source: 'DCL Dictionary, DELETE/CHARACTERISTIC',
    privilege: 'OPER',
    parameters: [nameParameter('CHARACTERISTIC_NAME', 'Characteristic')],
    async routine(command, context) {
      const name = command.value('CHARACTERISTIC_NAME')!.toUpperCase();
      await (await queueManager()).define({ kind: 'deleteCharacteristic', name }, callerOf(context));
      return SYSTEM.NORMAL.value;
    },
  });

/** A letter at least: a number would mean another one. Throws IVVALU. */
function nameOf(text: string): string {
  if (!/^(?=.*[A-Z$_])[A-Z0-9$_]+$/i.test(text) || text.length > LONGEST_NAME)
    throw new Condition(DCL.IVVALU, [], { token: text });
  return text.toUpperCase();
}

function within(text: string, most: number, least = 0): number {
  if (!/^\d+$/.test(text) || Number(text) < least || Number(text) > most)
    throw new Condition(DCL.IVVALU, [], { token: text });
  return Number(text);
}
