/** SHOW/IDENTIFIER, SHOW/RIGHTS and their lists. Source: System Management Utilities Reference, AUTHORIZE. */
import type { HeldIdentifier } from '../../ports/system-store.ts';

/** An identifier of any kind, as it is shown. */
export interface ShownIdentifier {
  readonly name: string;
  readonly valueText: string;
  readonly attributes: readonly string[];
  readonly holders: readonly HeldIdentifier[];
}

/** Whether RESOURCE and DYNAMIC are set is always told, the others where they are. */
const attributeText = (attributes: readonly string[]): string =>
  [
    ...['RESOURCE', 'DYNAMIC'].map((name) => (attributes.includes(name) ? name : `NO${name}`)),
    ...attributes.filter((name) => name !== 'RESOURCE' && name !== 'DYNAMIC'),
  ].join(' ');

export const identifierHeading: readonly string[] = [
  '',
  '  Name                             Value           Attributes',
];

export const identifierLines = (
  { name, valueText, attributes, holders }: ShownIdentifier,
  isFull: boolean,
): readonly string[] => [
  `  ${name.padEnd(33)}${valueText.padEnd(16)}${attributeText(attributes)}`,
  ...(isFull && holders.length > 0
    ? [
        '       Holder                           Attributes',
        ...holders.map((each) => `       ${each.name.padEnd(33)}${attributeText(each.attributes)}`),
      ]
    : []),
];

/** What one user holds. */
export const rightsLines = (
  userName: string,
  held: readonly (HeldIdentifier & { readonly valueText: string })[],
): readonly string[] => [
  '',
  `Identifiers held by ${userName}`,
  ...identifierHeading.slice(1),
  ...held.map(
    ({ name, valueText, attributes }) =>
      `  ${name.padEnd(33)}${valueText.padEnd(16)}${attributeText(attributes)}`,
  ),
];
