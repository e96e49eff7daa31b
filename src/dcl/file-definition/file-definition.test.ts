import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Condition } from '../../condition/index.ts';
import { parseFileDefinition } from './file-definition.ts';

const parse = (text: string) => parseFileDefinition(text.split('\n'));

describe('a definition as EDIT/FDL writes it', () => {
  const definition = parse(`
TITLE	"Customers"
IDENT	" 1-JAN-1991 12:00:00   OpenVMS FDL Editor"

SYSTEM
	SOURCE			"OpenVMS"

FILE
	ORGANIZATION		indexed
	NAME			"CUSTOMER.DAT"
	OWNER			[200,12]
	PROTECTION		(system:RWED, owner:RWED, group:R, world:)

RECORD
	CARRIAGE_CONTROL	carriage_return
	FORMAT			variable
	SIZE			80

AREA 0
	ALLOCATION		108
	BUCKET_SIZE		2

KEY 0
	CHANGES			no
	DATA_AREA		0
	DUPLICATES		no
	NAME			"NUMBER"
	PROLOG			3
	SEG0_LENGTH		6
	SEG0_POSITION		0
	TYPE			string

KEY 1		! by name, the last first
	SEG0_LENGTH		10
	SEG0_POSITION		6
	SEG1_LENGTH		2
	SEG1_POSITION		0
	TYPE			dstring
`);

  it('is read', () => {
    expect(definition).toEqual({
      name: 'CUSTOMER.DAT',
      organization: 'IDX',
      owner: { group: 0o200, member: 0o12 },
      protection: { system: 'RWED', owner: 'RWED', group: 'R', world: '' },
      recordFormat: 'VAR',
      recordAttributes: 'CR',
      maximumRecord: 80,
      keys: [
        {
          segments: [{ position: 0, size: 6 }],
          name: 'NUMBER',
          duplicates: false,
          changes: false,
          descending: false,
        },
        {
          segments: [
            { position: 6, size: 10 },
            { position: 0, size: 2 },
          ],
          duplicates: true,
          changes: true,
          descending: true,
        },
      ],
    });
  });
});

it('is read on one line, and abbreviated', () => {
  const { organization, keys } = parse('FILE; ORG IND; KEY 0; LENGTH 4; POSITION 2; DUP YES');
  expect([organization, keys]).toEqual([
    'IDX',
    [{ segments: [{ position: 2, size: 4 }], duplicates: true, changes: false, descending: false }],
  ]);
});

it.each([
  ['NONSENSE', 'unrecognized primary attribute NONSENSE on line 1'],
  ['FILE\n NONSENSE 1', 'unrecognized secondary attribute NONSENSE on line 2'],
  ['FILE\n ORGANIZATION upside_down', 'unrecognized value upside_down on line 2'],
  ['FILE\n ORGANIZATION relative', 'unrecognized value relative on line 2'],
  ['KEY 0\n TYPE bin4', 'unrecognized value bin4 on line 2'],
  ['KEY 0\n SEG0_LENGTH many', 'unrecognized value many on line 2'],
  ['KEY 0\n NAME "x"', 'key 0 has no segment'],
])('%s', (text, want) => {
  expect(() => parse(text)).toThrow(want);
});

it('any text is a definition or a condition', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'FILE',
      'KEY 0',
      'KEY',
      'RECORD',
      'SEG0_LENGTH 3',
      'SEG0_',
      'NAME "',
      'ORGANIZATION',
      '!',
      ';',
    ),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      try {
        parseFileDefinition(lines);
      } catch (error) {
        expect(error).toBeInstanceOf(Condition);
      }
    }),
  );
});
