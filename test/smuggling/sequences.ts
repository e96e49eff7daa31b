/** What has been tried to make one message look like two, and the dialogue that is to be smuggled behind it. */
export const sequences: readonly string[] = [
  '\n.\n',
  '\n.\r',
  '\r.\n',
  '\r.\r',
  '\n.\r\n',
  '\r.\r\n',
  '\r\n.\n',
  '\r\n.\r',
  '\r\n\0.\r\n',
  '\r\n.\0\r\n',
  '\r\n.\r\r\n',
  '\r\r\n.\r\r\n',
  '\r\n\r.\r\n',
  '\r\n.\n\r\n',
];

export const EVIL = 'evil@attacker.example';

/** Behind the sequence: a whole transaction, should the sequence be taken for the end of the data. */
export const smuggled = (recipient: string): string =>
  `MAIL FROM:<${EVIL}>\r\nRCPT TO:<${recipient}>\r\nDATA\r\nSubject: smuggled\r\n\r\nsmuggled\r\n`;

/** The text around a sequence, without the final dot. */
export const textWith = (sequence: string, recipient: string): string =>
  `From: anne@client.example\r\nSubject: honest\r\n\r\none line${sequence}${smuggled(recipient)}`;

/** Bytes in two pieces at each place around the sequence, in one piece, and octet by octet there. */
export function cuttings(text: string, sequence: string): readonly (readonly string[])[] {
  const start = text.indexOf(sequence);
  const end = start + sequence.length;
  const places = Array.from({ length: sequence.length + 3 }, (_, index) => start - 1 + index);
  return [
    [text],
    ...places.map((at) => [text.slice(0, at), text.slice(at)]),
    [text.slice(0, start), ...text.slice(start, end), text.slice(end)],
  ];
}
