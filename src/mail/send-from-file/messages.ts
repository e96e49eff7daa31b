/** SFF: what is wrong with a file that is to be sent. Source: tcpip-smtp.md §5.9; the wording is ours. */
import { defineFacility } from '../../condition/index.ts';

const own = { severity: 'E', source: 'own' } as const;

export const SFF = defineFacility({
  name: 'SFF',
  number: 2012,
  messages: {
    USAGE: { ...own, number: 1, text: 'Usage: SMTP_SFF infile [-log logfile] [-loglevel 0|1]' },
    OPENIN: { ...own, number: 2, text: 'error opening !AS as input' },
    OPENLOG: { ...own, number: 3, text: 'error opening log !AS as output' },
    BADMAIL: { ...own, number: 4, text: 'line !UL: syntax error in MAIL: !AS' },
    BADRCPT: { ...own, number: 5, text: 'line !UL: syntax error in RCPT: !AS' },
    TWOSENDERS: { ...own, number: 6, text: 'line !UL: the sender is given a second time: !AS' },
    NOSENDER: { ...own, number: 7, text: 'line !UL: MAIL FROM:<address> has to come first: !AS' },
    NORCPT: { ...own, number: 8, text: 'line !UL: DATA without a recipient; RCPT TO:<address> is missing' },
    NODATA: { ...own, number: 9, text: 'the file ends before DATA' },
    UNKNOWN: { ...own, number: 10, text: 'line !UL: unknown command: !AS' },
    NOHEADER: { ...own, number: 11, text: 'line !UL: no RFC 822 header behind DATA: !AS' },
    NOTEXT: { ...own, number: 12, text: 'there is no message behind DATA' },
    BARECR: { ...own, number: 13, text: 'line !UL: a carriage return within a line' },
    TOOMANY: { ...own, number: 14, text: 'line !UL: more than !UL recipients' },
    SENT: {
      number: 15,
      severity: 'S',
      source: 'own',
      text: 'message submitted as entry !UL, control file !AS',
    },
  },
});
