/**
 * Everything anybody types wrong gets a message of OpenVMS, and the session goes on: each verb of DCL's operator commands,
 * MAIL>, TCPIP> and UAF> with a few dozen words nobody should type. Nothing shows an error of the language it is written
 * in, nothing is logged as a bug, and after each round the prompt still works.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runPiped } from './piped-session.ts';
import { startTranscriptNode, type TranscriptNode } from './transcript-node.ts';

const words = [
  ...[
    '',
    '"',
    '""',
    '"open',
    "'",
    "''",
    '&',
    '@',
    '@@',
    '/',
    '//',
    '/=',
    '=',
    '(',
    ')',
    '(((',
    ',',
    ',,',
    '+',
    '!',
  ],
  ...[
    '%',
    '%X',
    '*',
    '*'.repeat(60),
    '...',
    '[',
    ']',
    '[]',
    '[-]',
    '[...]',
    ';',
    ':',
    '::',
    '<x>',
    '^',
    '\\',
    '|',
  ],
  ...['\0', '\x01\x02', '\x1b[2J', '\x7f', '\x85', '\ufffd', 'é', '漢字', '💥', '\u202e', 'A'.repeat(10_000)],
  ...['-1', '0', '2147483648', '4294967296', '9'.repeat(40), '1e9', '0x10', '%XFFFFFFFFF', '1.5', 'NaN'],
  ...['31-FEB-2027', '99-JAN-2027', '1-JAN-0001', '31-DEC-99999', 'TOMORROW+99999999-0', '25:00', '0 25:00'],
  ...['SYS$INPUT', 'NL:', 'SYS$SYSTEM:', 'DKA0:[000000]', 'NOSUCH:[X]Y.Z', 'A;99999', 'A;-99999', 'X.Y.Z'],
  ...[
    '__proto__',
    'constructor',
    'hasOwnProperty',
    '"__proto__"',
    'null',
    'undefined',
    'JONES',
    'JONES,JONES',
  ],
];

/** What no message of OpenVMS says. */
const strange =
  /\bat \S+:\d+:\d+|[a-z]Error\b|\bE(NOENT|ACCES|ISDIR|INVAL|NAMETOOLONG|EXIST|PERM)\b|node:|\[object |SQLITE|CODERR|SYSTEM-F-ABORT/;

interface Place {
  readonly enter: string;
  readonly verbs: readonly string[];
  /** Typed at the end, and what it answers. */
  readonly proof: readonly [line: string, answer: string];
  readonly userName: string;
}

const places: Readonly<Record<string, Place>> = {
  'MAIL>': {
    enter: 'MAIL',
    proof: ['SHOW WASTEBASKET_NAME', 'The wastebasket folder name is WASTEBASKET.'],
    userName: 'JONES',
    verbs: [
      ...[
        'READ ',
        'DIRECTORY ',
        'DIRECTORY/SINCE=',
        'DIRECTORY/FROM=',
        'DIRECTORY/START=',
        'SELECT ',
        'MOVE ',
      ],
      ...[
        'COPY ',
        'DELETE ',
        'MARK ',
        'EXTRACT ',
        'SEARCH ',
        'SET FILE ',
        'SET FORWARD ',
        'SET PERSONAL_NAME ',
      ],
      ...[
        'SHOW FORWARD/USER=',
        'SET COPY_SELF ',
        'SET SIGNATURE_FILE ',
        'SET QUEUE ',
        'SET TRANSPORT ',
        'SET EDITOR ',
        'SET MAIL_DIRECTORY ',
        'REMOVE ',
        'EXTRACT/MAIL ',
        'PURGE ',
        'FORWARD ',
        'SHOW ',
      ],
      ...['SET ', 'NEXT ', ''],
    ],
  },
  DCL: {
    enter: '',
    proof: ['WRITE SYS$OUTPUT "still here"', 'still here'],
    userName: 'SYSTEM',
    verbs: [
      ...[
        'SHOW QUEUE ',
        'SHOW QUEUE/BY_JOB_STATUS=',
        'SHOW QUEUE/OUTPUT=',
        'SHOW QUEUE/FORM ',
        'SHOW ENTRY ',
      ],
      ...['SHOW ENTRY/USER=', 'SET ENTRY ', 'SET ENTRY 1/AFTER=', 'SET ENTRY 1/PRIORITY=', 'DELETE/ENTRY='],
      ...[
        'START/QUEUE ',
        'STOP/QUEUE ',
        'STOP/QUEUE/NEXT ',
        'REPLY/ALL ',
        'REPLY/USERNAME=',
        'REPLY/ENABLE=',
      ],
      ...['REQUEST ', 'MAIL NL: ', 'MAIL NL: JONES/SUBJECT=', 'MCR AUTHORIZE SHOW ', 'TCPIP SHOW MAIL '],
      ...[
        'TYPE ',
        'DIRECTORY ',
        'COPY LOGIN.COM ',
        'DELETE ',
        'SET BROADCAST=',
        'SHOW LOGICAL ',
        'SET DEFAULT ',
      ],
    ],
  },
  'TCPIP>': {
    enter: 'TCPIP',
    proof: ['SHOW CONFIGURATION ENABLE SERVICE', 'Enable service'],
    userName: 'SYSTEM',
    verbs: [
      ...[
        'SHOW SERVICE ',
        'SHOW SERVICE/OUTPUT=',
        'SHOW MAIL ',
        'SHOW MAIL/ENTRY=',
        'SEND MAIL ',
        'SEND MAIL/AFTER=',
      ],
      ...[
        'REMOVE MAIL ',
        'ANALYZE MAIL/DELETE=',
        'ANALYZE MAIL/LOG=',
        'SET SERVICE ',
        'SET SERVICE SMTP/LIMIT=',
      ],
      ...[
        'SET SERVICE SMTP/ACCEPT=HOSTS=',
        'SET SERVICE SMTP/ACCEPT=NETWORKS=',
        'SET SERVICE SMTP/REJECT=MESSAGE=',
      ],
      ...[
        'SET SERVICE X/PROCESS_NAME=X/USER_NAME=X/FILE=X/PORT=',
        'SET SERVICE SMTP/USER_NAME=',
        'ENABLE SERVICE ',
      ],
      ...[
        'SET CONFIGURATION SMTP/QUEUES=',
        'SET CONFIGURATION SMTP/INTERVAL=INITIAL=',
        'SHOW HOST ',
        'SHOW ',
      ],
      ...['SET CONFIGURATION SMTP/GATEWAY=ALTERNATE=', 'SET CONFIGURATION SMTP/LOG=', 'SET ', ''],
    ],
  },
  'UAF>': {
    enter: 'MCR AUTHORIZE',
    proof: ['SHOW SYSTEM', 'Owner:  SYSTEM MANAGER'],
    userName: 'SYSTEM',
    verbs: [
      ...['ADD ', 'SHOW ', 'MODIFY ', 'MODIFY JONES/OWNER=', 'MODIFY JONES/UIC=', 'MODIFY JONES/DEVICE='],
      ...[
        'MODIFY JONES/DIRECTORY=',
        'MODIFY JONES/PRIVILEGES=',
        'MODIFY JONES/FLAGS=',
        'REMOVE X',
        'COPY JONES ',
        'LIST ',
        '',
      ],
    ],
  },
};

let stage: TranscriptNode;
beforeAll(async () => {
  stage = await startTranscriptNode({
    nodeName: 'HEARTS',
    hostName: 'hearts.example',
    now: new Date('1997-02-07T01:51:14.580').getTime(),
  });
  await stage.node.addUser('JONES', ['TMPMBX', 'NETMBX']);
});
afterAll(() => stage[Symbol.asyncDispose]());

for (const [name, { enter, verbs, proof, userName }] of Object.entries(places)) {
  const [line, answer] = proof;
  test.each(verbs)(`${name} %j`, async (verb) => {
    const lines = words.map((word) => `${verb}${word}`);
    // An empty line first: what a hyphen continues ends there.
    const shown = await runPiped(stage.node, { userName, command: enter, lines: [...lines, '', line] }, {});
    expect(shown.filter((each) => strange.test(each))).toEqual([]);
    expect(
      shown.some((each) => each.includes(answer)),
      shown.slice(-5).join('\n'),
    ).toBe(true);
    expect(stage.bugs).toEqual([]);
  });
}
