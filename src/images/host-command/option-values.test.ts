import { describe, expect, it } from 'vitest';
import { ports as addPort, directory, hostName, nodeName, userName } from './option-values.ts';

const ports = (text: string) => addPort(text, {});

describe('values of options', () => {
  it.each([
    [ports, 'smtp=2525', { SMTP: 2525 }],
    [ports, 'SMTP=0', { SMTP: 0 }],
    [nodeName, 'hearts', 'HEARTS'],
    [hostName, 'Hearts.Acme.Com', 'hearts.acme.com'],
    [hostName, 'localhost', 'localhost'],
    [userName, 'jones', 'jones'],
    [directory, './here', './here'],
  ])('%o takes %j', (parse, text, value) => expect(parse(text)).toEqual(value));

  it.each([
    [ports, 'SMTP'],
    [ports, 'SMTP='],
    [ports, '=25'],
    [ports, 'SMTP=65536'],
    [ports, 'SMTP=-1'],
    [nodeName, ''],
    [nodeName, 'TOOLONG'],
    [nodeName, '1ABC'],
    [hostName, ''],
    [hostName, 'bad host!'],
    [hostName, 'a..b'],
    [hostName, '-a.b'],
    [hostName, 'a\nb'],
    [hostName, `${'a.'.repeat(127)}a`],
    [userName, ''],
    [userName, '../x'],
    [directory, ''],
    [directory, ' '],
    [directory, 'a\0b'],
  ])('%o refuses %j', (parse, text) => expect(() => parse(text)).toThrow());

  it('collects ports', () => expect(addPort('POP=0', { SMTP: 25 })).toEqual({ SMTP: 25, POP: 0 }));
});
