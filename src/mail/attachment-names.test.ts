import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFileSpecification } from '../file-specification/index.ts';
import { attachmentFileName } from './attachment-names.ts';

const named = (name: string | undefined, type = 'application/octet-stream'): string => {
  const file = attachmentFileName({ name, number: 7, type });
  return `${file.name}.${file.type}`;
};

describe('names of attachments', () => {
  const cases: [string, string | undefined, string][] = [
    ['a plain name', 'report.pdf', 'REPORT.PDF'],
    ['several full stops', 'my.annual.report.v2.pdf', 'MY_ANNUAL_REPORT_V2.PDF'],
    ['blanks and letters of other languages', 'Grüße aus 東京.txt', 'GRÜSSE_AUS_東京.TXT'],
    ['directories of the host', '../../etc/passwd', 'PASSWD.DAT'],
    ['directories of Windows', 'C:\\WINDOWS\\system.ini', 'SYSTEM.INI'],
    ['device, directory and version', 'DKA0:[SYS0.SYSEXE]SYSUAF.DAT;1', 'DKA0_SYS0_SYSEXE_SYSUAF_DAT_1.DAT'],
    ['wildcards', '*.*', 'ATTACHMENT_7.DAT'],
    ['no name', undefined, 'ATTACHMENT_7.DAT'],
    ['nothing but a type', '.bashrc', 'ATTACHMENT_7.BASHRC'],
    ['an option of the host', '-rf.txt', 'RF.TXT'],
    ['procedures', 'LOGIN.COM', 'LOGIN_COM.DAT'],
    ['turned text', 'exe\u202Egpj.exe', 'EXEGPJ_EXE.DAT'],
    ['escape sequences', '\x1b[2Jx\0y.txt', '2JXY.TXT'],
  ];
  for (const [what, name, want] of cases) {
    it(what, () => expect(named(name)).toBe(want));
  }
  it('have the type of their content where the name has none', () => {
    expect(named('scan', 'image/jpeg')).toBe('SCAN.JPG');
    expect(named(undefined, 'text/x-patch')).toBe('ATTACHMENT_7.TXT');
    expect(named('x', 'message/rfc822')).toBe('X.EML');
  });
  it('are file names, whatever a sender writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const file = named(name);
        expect(parseFileSpecification(file)).toMatchObject({ device: '', directory: '', version: '' });
        expect(Buffer.byteLength(file)).toBeLessThan(200);
        expect(file).not.toMatch(/[*%/\\^;]|^[-.]/);
      }),
    );
  });
});
