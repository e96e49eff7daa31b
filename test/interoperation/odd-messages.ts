/** Messages as people and programs should not write them, and some as they should: for readers of MIME that are compared. */

const crlf = (text: string): string => text.replace(/\r?\n/g, '\r\n');

const from = 'From: Smith <smith@hearts.example>\n';
const mime = `${from}Subject: x\nMIME-Version: 1.0\n`;

const addresses = [
  'smith',
  'smith@hearts.example',
  '<smith@hearts.example>',
  'Smith <smith@hearts.example>',
  '"Smith, J." <smith@hearts.example>',
  '"Smith \\"Joe\\" J." <smith@hearts.example>',
  'smith@hearts.example (Joe Smith)',
  'smith (Joe Smith)',
  'smith@hearts.example (Joe (the) Smith)',
  '(comment) smith@hearts.example',
  'Smith <smith>',
  'Smith <>',
  'Smith',
  'Joe Smith',
  '"Joe Smith"',
  'Joe. Smith <a@b>',
  '<@relay.example,@other.example:smith@hearts.example>',
  'Smith <@relay.example:smith@hearts.example>',
  'Smith <@relay.example smith@hearts.example>',
  'undisclosed-recipients:;',
  'Friends: a@b.example, "C" <c@d.example>;',
  'Friends: a@b.example, c@d.example; , e@f.example',
  'Friends: a@b.example',
  'Friends:;, Others: x@y;',
  'a@b, c@d, e@f',
  'a@b,, c@d',
  ', a@b',
  'a@b,',
  'a@b; c@d',
  'a@b c@d',
  'a b@c d',
  'smith@[192.0.2.1]',
  'smith@[IPv6:2001:db8::1]',
  'smith@',
  '@hearts.example',
  'smith@hearts..example',
  'smith..x@hearts.example',
  '.smith@hearts.example',
  'smith.@hearts.example',
  '"smith"@hearts.example',
  '"smith" . x@hearts.example',
  'smith . x @ hearts . example',
  'Smith <smith@hearts.example',
  'Smith smith@hearts.example>',
  'Smith <smith@hearts.example> trailing',
  'Smith <smith@hearts.example> (comment)',
  '"unclosed <smith@hearts.example>',
  '(unclosed smith@hearts.example',
  '=?utf-8?Q?M=C3=BCller?= <m@hearts.example>',
  'M\xc3\xbcller <m@hearts.example>',
  'm\xfcller@hearts.example',
  '"a\\\\b\\"c\\"d\\"e\\"f" <x@y>',
  'Smith\n Joe\n\t<smith@hearts.example>',
  'a@b,\n c@d,\n\te@f',
  '',
  ' ',
  ':;',
  '<<a@b>>',
  'a@b@c',
  'Smith   Joe <a@b>',
  ' "  Smith  " <a@b>',
  'a:b:c;',
  'A <a@b>, B',
  'node::smith',
  '"node::smith"@hearts.example',
];

const contentTypes = [
  'text/plain',
  'TEXT/HTML; CHARSET=UTF-8',
  'text',
  'text/',
  '/plain',
  'text plain',
  'text/plain; charset',
  'text/plain; charset=',
  'text/plain; charset="utf-8',
  "text/plain; charset='utf-8'",
  'text/plain; charset=utf-8; format=flowed; delsp=yes',
  'text/plain;charset=utf-8;;format=flowed',
  'text/plain; charset=utf-8 (comment); name="a b"',
  'text/plain (comment); name=a.txt',
  'text/plain; name=a b.txt',
  'text/plain; name=a/b.txt',
  'text/plain; name="a\\"b.txt"',
  'text/plain; name=\xe4.txt',
  'text/plain; name="\xc3\xa4.txt"',
  "application/x; name*=utf-8''%C3%A4.txt",
  'application/x; name*0="abc"; name*1="def"',
  'application/x; name*0*=utf-8\'\'abc; name*1="d e f"; name*2*=%20g',
  'application/x; name*1="def"; name*0="abc"; other=1',
  'application/x; name*0="abc"; name*2="ghi"',
  'application/x; name*x="abc"',
  'application/x; name=?=; b=c',
  'application/x; name==?utf-8?Q?a?=; b=c',
  'application/octet-stream',
  'image/PNG; name=x.png',
  'multipart/mixed',
  'multipart/mixed; boundary=""',
  'multipart/mixed; boundary=never',
  'multipart/alternative; boundary=x; charset=utf-8',
  'message/rfc822',
  'message/partial; number=1; total=2; id="x@y"',
  'message/external-body; access-type=local-file',
  'message/delivery-status',
  'x-unknown/x-type; a=1; a=2',
  '',
  ';',
  'text/plain; =x; b=c',
  'text/plain; b c=d; e=f',
  'text/plain\n;\n charset=utf-8',
  'text/pl(comment)ain',
];

const partFields = [
  'Content-Disposition: attachment',
  'Content-Disposition: attachment; filename="a.txt"; size=10',
  'Content-Disposition: INLINE;\n filename=a.txt;\n filename=b.txt',
  'Content-Disposition: "attachment"',
  'Content-Disposition:',
  'Content-Disposition: ; filename=a',
  'Content-Transfer-Encoding: BASE64',
  'Content-Transfer-Encoding: quoted-printable (comment)',
  'Content-Transfer-Encoding: 8bit; x',
  'Content-Transfer-Encoding: "7bit"',
  'Content-Transfer-Encoding:',
  'Content-ID: <x@y>',
  'Content-ID:   <x@y>  ',
  'Content-ID: <a@b>\nContent-ID: <c@d>',
  'Content-Description: a "quoted" text\n  folded',
  'Content-Description: \xe4\xf6',
  'Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==',
  'Content-Language: en',
  'Content-Language: en, de-DE (German), fr',
  'Content-Language: ,',
  'Content-Location: http://hearts.example/a b',
  'Content-Type: text/plain\nContent-Type: text/html',
  'content-TYPE : text/html',
  'Content-Type:text/html',
];

const envelopeFields = [
  'Date: Thu, 1 Jan 1998 00:00:00 +0000\nDate: second',
  'Date:\nSubject:',
  'Subject: one\nSubject: two',
  'Subject: folded\n  text\n\tand more',
  'Subject:\n folded',
  'Subject: trailing   ',
  'Subject: "quoted" \\ text',
  'Subject: """"""',
  'Subject: \xc3\xa4\xc3\xb6',
  'Subject: \xe4',
  'Subject : blank before the colon',
  'From: a@b\nFrom: c@d\nTo: e@f\nTo: g@h',
  'Message-ID: <a@b>\nIn-Reply-To: <c@d> <e@f>\nReferences: <x@y>',
  'Message-ID: a b\n c',
  'Sender: a@b\nReply-To: c@d\nBcc: e@f\nCc: g@h\nFrom: i@j',
  'Sender:\nReply-To: \nFrom: i@j',
  'not a field\nSubject: behind it',
  ' begins with a blank\nSubject: behind it',
  'From smith Thu Jan  1 00:00:00 1998\nSubject: behind mbox line',
  'Subject: a\n\n',
];

const part = (header: string, body = 'body\n'): string =>
  `--b\n${header}${header === '' ? '' : '\n'}\n${body}`;
const mixed = (body: string, type = 'mixed; boundary=b'): string =>
  `${mime}Content-Type: multipart/${type}\n\n${body}`;
const inner = `${from}To: jones@hearts.example\nSubject: inner\n\ninner body\n`;

const multiparts = [
  mixed(`${part('')}${part('Content-Type: text/html')}--b--\n`),
  mixed(`prologue\n${part('')}--b--\nepilogue\n`),
  mixed(`${part('')}--b--`),
  mixed(`${part('')}`),
  mixed('--b--\n'),
  mixed('--b\n--b--\n'),
  mixed('--b\n\n--b--\n'),
  mixed('--b\n\n\n--b--\n'),
  mixed('--b\nContent-Type: text/html\n--b--\n'),
  mixed('--b\nContent-Type: text/html\n\n--b--\n'),
  mixed('--b'),
  mixed('--b\n'),
  mixed('--b \n\nblank behind\n--b-- \n'),
  mixed('--bc\n\nlonger line\n--b\n\nnext\n--b--\n'),
  mixed('-- b\n\n--B\n\nnone of them\n--b\n\nnext\n'),
  mixed(`${part('')}--b--\n--b\n\nafter the end\n`),
  mixed(
    `${part('Content-Type: multipart/alternative; boundary=c', '--c\n\none\n--c\n\ntwo\n--c--\n')}--b--\n`,
  ),
  mixed(`${part('Content-Type: multipart/alternative; boundary=c', '--c\n\none\n')}--b--\n`),
  mixed(`${part('Content-Type: multipart/alternative; boundary=b', '--b\n\none\n--b--\n')}--b--\n`),
  mixed(`${part('Content-Type: multipart/alternative; boundary=bb', '--bb\n\none\n--bb--\n')}--b--\n`),
  mixed(
    `${part('Content-Type: multipart/alternative; boundary=c', '--c\n\none\n--c--\nepilogue\n\n')}--b--\n`,
  ),
  mixed(`${part('Content-Type: message/rfc822', inner)}--b--\n`),
  mixed(`${part('Content-Type: message/rfc822', inner)}${part('')}--b--\n`),
  mixed(`${part('Content-Type: message/rfc822', '')}--b--\n`),
  mixed(`${part('Content-Type: message/rfc822', 'Subject: no end')}\n--b--\n`),
  mixed(`${part('Content-Type: message/rfc822', '\nno header\n')}--b--\n`),
  mixed('--b\nContent-Type: message/rfc822\n--b--\n'),
  mixed(
    `${part('Content-Type: message/rfc822', mixed(`${part('')}--c--\n`, 'mixed; boundary=c').replaceAll('--b', '--c'))}--b--\n`,
  ),
  mixed(
    `${part('Content-Type: message/rfc822\nContent-Transfer-Encoding: base64', 'RnJvbTogYUBiCgo=\n')}--b--\n`,
  ),
  mixed(`${part('', inner)}${part('Content-Type: text/plain')}--b--\n`, 'digest; boundary=b'),
  mixed(`${part('Content-Disposition: inline', inner)}--b--\n`, 'digest; boundary=b'),
  mixed(`${part('Content-Disposition: attachment; filename=a.txt')}--b--\n`),
  mixed(`${part('Content-Transfer-Encoding: base64')}--b--\n`),
  mixed(`${part('')}--b--\n`, 'mixed; boundary="b"; type="text/html"'),
  mixed(
    `${part('')}--b--\n`,
    'MIXED; BOUNDARY=b\nContent-Language: en\nContent-Disposition: inline\nContent-Location: x',
  ),
  mixed(`${part('')}--b--\n`, 'mixed; boundary=x; boundary=b'),
  mixed(`${part('')}--b--\n`, `mixed; boundary=${'b'.repeat(90)}`),
  mixed(`--${'b'.repeat(90)}\n\nx\n--${'b'.repeat(90)}--\n`, `mixed; boundary=${'b'.repeat(90)}`),
  mixed('--a b\n\nx\n--a b--\n', 'mixed; boundary="a b"'),
  mixed('--b\n\nx\n--b--\n', "mixed; boundary*=us-ascii''b"),
  mixed('--b\n\nx\n--b--\n', 'mixed; boundary*0=b'),
  mixed('--b\ntext without an empty line\n--b--\n'),
  mixed('--b\nSubject: x\nbody without an empty line\n\nmore\n--b--\n'),
  mixed('--b\n\n\n\nempty lines\n\n\n--b--\n'),
  mixed('--b\nX: y\n folded\n --b\n\nbody\n--b--\n'),
  `${from}Content-Type: multipart/mixed; boundary=b\n\n${part('')}--b--\n`,
  `${from}Content-Transfer-Encoding: base64\nContent-Disposition: attachment\n\nYWJj\n`,
  `${mime}Content-Transfer-Encoding: base64\nContent-Disposition: attachment\n\nYWJj\n`,
  `${mime}Content-Type: message/rfc822\n\n${inner}`,
  `${from}Content-Type: message/rfc822\n\nContent-Disposition: attachment\nSubject: y\n\nbody\n`,
  `${mime}Content-Type: message/rfc822\n\n`,
  `${mime}Content-Type: message/rfc822\n\n${mime}Content-Type: message/rfc822\n\n${inner}`,
];

const whole = [
  'Subject: no body\n',
  'Subject: no line end',
  'Subject: no body\n\n',
  '\n',
  '\nno header\n',
  '\n\n',
  'no header at all',
  'no header\nat all\n',
  'From: a@b\n\nbody without a line end',
  `${from}Subject: ${'long '.repeat(400)}\n\nx\n`,
  `${from}X-Long: ${'y'.repeat(70_000)}\nSubject: behind\n\nx\n`,
];

/** With CRLF; one character per octet. */
export const oddMessages: readonly string[] = [
  ...addresses.map((each) => `From: ${each}\nSubject: address\n\nbody\n`),
  ...contentTypes.map((each) => `${mime}Content-Type: ${each}\n\nbody\nof two lines\n`),
  ...contentTypes.map((each) => mixed(`${part(`Content-Type: ${each}`)}--b--\n`)),
  ...partFields.map((each) => mixed(`${part(`Content-Type: application/x\n${each}`)}--b--\n`)),
  ...partFields.map((each) => `${mime}${each}\n\nbody\n`),
  ...envelopeFields.map((each) => `${each}\n\nbody\n`),
  ...multiparts,
  ...whole,
].map(crlf);

/** The same, damaged in places: lines lost, doubled and exchanged, characters lost and added. @param random  below 1 */
export function damagedMessages(random: () => number): readonly string[] {
  const below = (limit: number): number => Math.floor(random() * limit);
  const damage = (lines: string[]): void => {
    const [one, other] = [below(lines.length), below(lines.length)];
    const text = lines[one]!;
    const at = below(text.length + 1);
    switch (below(5)) {
      case 0:
        lines.splice(one, 1);
        break;
      case 1:
        lines.splice(one, 0, text);
        break;
      case 2:
        [lines[one], lines[other]] = [lines[other]!, text];
        break;
      case 3:
        lines[one] = text.slice(0, at) + text.slice(at + 1 + below(3));
        break;
      default:
        lines[one] = text.slice(0, at) + signs[below(signs.length)] + text.slice(at);
    }
  };
  return (
    oddMessages
      .filter((each) => each.length < 2_000)
      .map((message) => {
        const lines = message.split('\r\n');
        for (let count = 1 + below(3); count > 0 && lines.length > 0; count--) damage(lines);
        return lines.join('\r\n');
      })
      // Of no octets at all Dovecot says nothing.
      .filter((each) => each !== '')
  );
}

const signs = [
  '"',
  '\\',
  '(',
  ')',
  '<',
  '>',
  ',',
  ';',
  ':',
  '@',
  '.',
  '=',
  '/',
  '*',
  ' ',
  '\t',
  '-',
  '--',
  '--b',
  '\xe4',
  '\r\n',
  '[',
  '?',
];
