import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FetchOutput, fetchInto, readableMessage } from '../../../test/support/fetched-message.ts';
import type { ReadableMessage } from '../readable-message.ts';

const answer = (what: string, message: ReadableMessage): Promise<string> =>
  fetchInto(new FetchOutput(), what, message, true);

/** What the literals of an answer hold, by their names. */
async function literals(what: string, message: ReadableMessage): Promise<Map<string, string>> {
  const text = await answer(what, message);
  const found = new Map<string, string>();
  let at = text.indexOf('(') + 1;
  for (;;) {
    const [whole, name = '', size = ''] =
      /^ ?([A-Z]+\[[^\]]*\]\S*) ~?\{(\d+)\}\r\n/.exec(text.slice(at)) ?? [];
    if (whole === undefined) break;
    at += whole.length;
    found.set(name, text.slice(at, at + Number(size)));
    at += Number(size);
  }
  expect(text.slice(at)).toBe(')\r\n');
  return found;
}

const odd = fc
  .array(
    fc.constantFrom(
      '--a',
      '--',
      '\r\n',
      '\r\n',
      '\n',
      'A: b\r\n',
      ' c\r\n',
      'Content-Type: message/rfc822\r\n',
      'x\xff\0',
    ),
    { maxLength: 40 },
  )
  .map((pieces) =>
    Buffer.from(`Content-Type: multipart/mixed; boundary=a\r\n\r\n${pieces.join('')}`, 'latin1'),
  );
const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 });

describe('sections', () => {
  it('together are the message, in whatever pieces it is read', async () => {
    await fc.assert(
      fc.asyncProperty(odd, sizes, fc.integer({ min: 1, max: 60 }), async (bytes, pieces, length) => {
        const whole = bytes.toString('latin1').replaceAll('\0', '\x80');
        const found = await literals(
          `(BODY[] BODY[HEADER] BODY[TEXT] BODY[HEADER.FIELDS (A)] BODY[HEADER.FIELDS.NOT (A)] BODY[]<0.${length}> BODY[]<${length}.999999> BODY[1] BODY[1.MIME] BINARY[1])`,
          readableMessage(bytes, pieces),
        );
        expect(found.get('BODY[]')).toBe(whole);
        expect(found.get('BODY[HEADER]')! + found.get('BODY[TEXT]')!).toBe(whole);
        expect(found.get('BODY[]<0>')! + found.get(`BODY[]<${length}>`)!).toBe(whole);
        const mime = found.get('BODY[1.MIME]')!;
        expect(whole).toContain(mime + found.get('BODY[1]')!);
        expect(found.get('BINARY[1]')!.replaceAll('\0', '\x80')).toBe(found.get('BODY[1]'));
      }),
      { numRuns: 200 },
    );
  });

  it('of the header are its lines', async () => {
    const header = `A: one\r\n two\r\nB: three\r\nno field\r\na : four\r\nC:${'x'.repeat(5_000)}\r\n\tmore\r\n\r\n`;
    for (const size of [1, 7, 1_000, 100_000]) {
      const found = await literals(
        '(BODY[HEADER.FIELDS (a)] BODY[HEADER.FIELDS.NOT (A c)] BODY[HEADER.FIELDS (C)]<2.4>)',
        readableMessage(Buffer.from(`${header}text`), [size]),
      );
      expect(found.get('BODY[HEADER.FIELDS (A)]')).toBe('A: one\r\n two\r\na : four\r\n\r\n');
      expect(found.get('BODY[HEADER.FIELDS.NOT (A C)]')).toBe('B: three\r\nno field\r\n\r\n');
      expect(found.get('BODY[HEADER.FIELDS (C)]<2>')).toBe('xxxx');
    }
  });

  it('longer than is held are decoded twice, and are the same', async () => {
    const octets = Buffer.alloc(1_000_000, 'abc\0');
    const base64 = octets.toString('base64').replace(/.{76}/g, '$&\r\n');
    const message = readableMessage(
      Buffer.from(`Content-Transfer-Encoding: base64\r\nContent-Type: a/b\r\n\r\n${base64}`),
      [65_536],
    );
    const found = await literals('(BINARY[1] BINARY[1]<999990.100>)', message);
    expect(found.get('BINARY[1]') === octets.toString('latin1')).toBe(true);
    expect(found.get('BINARY[1]<999990>')).toBe(octets.toString('latin1', 999_990));
    expect(await answer('BINARY.SIZE[1]', message)).toBe('* 1 FETCH (BINARY.SIZE[1] 1000000)\r\n');
  });
});

describe('a literal that cannot be what was said of it', () => {
  const text = Buffer.from('Subject: x\r\n\r\nbody\r\n');
  const failing = (bytes: ReadableMessage['bytes']): ReadableMessage => ({ ...readableMessage(text), bytes });
  it.each([
    [
      'is shorter',
      async function* () {
        yield text.subarray(0, 5);
      },
    ],
    [
      'is longer',
      async function* () {
        yield Buffer.concat([text, text]);
      },
    ],
    [
      'fails',
      async function* () {
        yield text.subarray(0, 5);
        throw new Error('the disk is broken');
      },
    ],
  ] as const)('%s: breaks the connection off', async (_, bytes) => {
    const out = new FetchOutput();
    await expect(fetchInto(out, '(UID BODY[])', failing(bytes), true)).rejects.toThrow();
    expect(out.isBroken).toBe(true);
    expect(out.text.length).toBeLessThanOrEqual(
      `* 1 FETCH (UID 1 BODY[] {${text.length}}\r\n`.length + text.length,
    );
  });

  it('says nothing where it fails before', async () => {
    const out = new FetchOutput();
    const message = { ...readableMessage(text), structure: () => Promise.reject(new Error('gone')) };
    await expect(fetchInto(out, '(UID BODY[TEXT])', message, true)).rejects.toThrow('gone');
    expect([out.text, out.isBroken]).toEqual(['', false]);
  });
});
