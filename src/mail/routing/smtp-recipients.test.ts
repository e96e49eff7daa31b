import { describe, expect, it } from 'vitest';
import { manualClock } from '../../adapters/memory/manual-clock.ts';
import type { Account } from '../../ports/system-store.ts';
import { createLocalDomains } from './local-domains.ts';
import { listFile } from './smtp-files.ts';
import { createSmtpRecipients } from './smtp-recipients.ts';

interface Node {
  readonly users?: readonly string[];
  readonly disabled?: readonly string[];
  readonly forwarding?: Readonly<Record<string, string>>;
  readonly files?: Record<string, readonly string[]>;
  readonly settings?: {
    readonly substituteDomain?: string;
    readonly generalGateway?: string;
    readonly postmasterAlias?: string;
  };
}

function recipientsOf(node: Node = {}) {
  const files = {
    records: async (name: string) => node.files?.[name],
    systemRecords: async (name: string) => node.files?.[name],
    list: async (name: string) => node.files?.[name] && listFile(node.files[name]),
  };
  const clock = manualClock();
  const settings = () => node.settings ?? {};
  const account = async (name: string): Promise<Account | undefined> => {
    const isDisabled = node.disabled?.includes(name) === true;
    if (!isDisabled && !(node.users ?? ['JONES', 'SMITH', 'SYSTEM']).includes(name)) return undefined;
    return { userName: name, flags: isDisabled ? ['DISMAIL'] : [] } as unknown as Account;
  };
  const domains = createLocalDomains({
    hostName: 'Pluto.Acme.com',
    nodeName: 'PLUTO',
    addresses: () => ['192.0.2.1', '2001:db8::1'],
    settings,
    files,
    clock,
  });
  const recipients = createSmtpRecipients({
    domains,
    nodeName: 'PLUTO',
    accounts: { account },
    forwarding: async (name) => node.forwarding?.[name],
    files,
    settings,
  });
  return { recipients, clock };
}
const resolve = (path: string, node?: Node) => recipientsOf(node).recipients.resolve(path);
const check = (path: string, node?: Node) => recipientsOf(node).recipients.check(path);
const loop = (user: string) => ({
  kind: 'failed',
  reply: `%MAIL-E-FORWLOOP, infinite forwarding detected sending to user ${user}`,
});

describe('a local address', () => {
  it.each([
    'jones@pluto.acme.com',
    'JONES@PLUTO.ACME.COM',
    'Jones@pluto',
    'jones',
    'jones@[192.0.2.1]',
    'jones@[IPv6:2001:DB8::1]',
    // Other ways to write our addresses.
    'jones@[IPv6:2001:db8:0:0:0::1]',
    'jones@[IPv6:::ffff:192.0.2.1]',
    '"jones"@pluto.acme.com',
    '@relay.example:jones@pluto.acme.com',
    'jones@pluto.acme.com.',
  ])('%s', async (path) => expect(await resolve(path)).toEqual({ kind: 'mailbox', userName: 'JONES' }));

  it.each(['jones@[192.0.2.2]', 'jones@acme.com', 'jones@notpluto.acme.com'])('%s is not', async (path) =>
    expect(await check(path)).toBe('remote'),
  );

  it('may be at the substitute domain or at a local alias', async () => {
    const node = {
      settings: { substituteDomain: 'Acme.COM' },
      files: { 'TCPIP$SMTP_LOCAL_ALIASES.TXT': ['mail.acme.com  ! us', 'VENUS.acme.com'] },
    };
    for (const domain of ['acme.com', 'mail.acme.com', 'venus.acme.com'])
      expect(await check(`jones@${domain}`, node)).toBe('local');
  });

  it('is known within seconds when the alias file changes', async () => {
    const files: Record<string, readonly string[]> = {};
    const { recipients, clock } = recipientsOf({ files });
    expect(await recipients.check('jones@new.example')).toBe('remote');
    files['TCPIP$SMTP_LOCAL_ALIASES.TXT'] = ['new.example'];
    clock.advance(6_000);
    expect(await recipients.check('jones@new.example')).toBe('local');
  });

  it.each([
    'nobody@pluto.acme.com',
    '@pluto.acme.com',
    '""@pluto.acme.com',
    '../x@pluto.acme.com',
    '"[sys]x"@pluto.acme.com',
    'x;1@pluto.acme.com',
  ])('nobody is %s', async (path) => {
    expect(await check(path)).toBe('unknown');
    expect((await resolve(path)).kind).toBe('failed');
  });

  // Letters whose capitals are I, S and SS.
  it.each(['sm\u0131th@pluto', 'jone\u017f@pluto', 'wei\u00df@pluto', 'jone\u017f+lists@pluto'])(
    'nobody is %s, in letters that are not those of a name here',
    async (path) =>
      expect(await check(path, { users: ['JONES', 'SMITH', 'WEISS', 'SYSTEM'] })).toBe('unknown'),
  );

  it('of a user with DISMAIL fails', async () => {
    expect(await resolve('lee@pluto', { disabled: ['LEE'] })).toEqual({
      kind: 'failed',
      reply: '%MAIL-E-USERDSABL, user LEE cannot receive new mail',
    });
    expect(await check('lee@pluto', { disabled: ['LEE'] })).toBe('unknown');
  });
});

describe('gateways in the local-part', () => {
  it('user%host is remote: the relay rules decide', async () => {
    expect(await check('bob%far.example@pluto.acme.com')).toBe('remote');
    expect(await resolve('bob%far.example@pluto.acme.com')).toEqual({
      kind: 'remote',
      forwardPath: 'bob@far.example',
      domain: 'far.example',
    });
    expect(await check('jones%pluto@pluto.acme.com')).toBe('local');
  });
  it('user!host needs a general gateway', async () => {
    expect(await check('far!bob@pluto')).toBe('unknown');
    expect(await resolve('far!bob@pluto', { settings: { generalGateway: 'uucp.acme.com' } })).toMatchObject({
      kind: 'remote',
      gateway: 'uucp.acme.com',
    });
  });
});

describe('forwarding', () => {
  it.each([
    ['SMITH', { kind: 'mailbox', userName: 'SMITH' }],
    ['PLUTO::SMITH', { kind: 'mailbox', userName: 'SMITH' }],
    ['SMTP%"smith@pluto.acme.com"', { kind: 'mailbox', userName: 'SMITH' }],
    ['SMTP%"Bob@far.example"', { kind: 'expanded', by: 'forward', forwardPaths: ['Bob@far.example'] }],
    [
      'smtp%""ellis@future.example""',
      { kind: 'expanded', by: 'forward', forwardPaths: ['ellis@future.example'] },
    ],
    ['bob@far.example', { kind: 'expanded', by: 'forward', forwardPaths: ['bob@far.example'] }],
    [
      'SMITH,SMTP%"a@x.example,b@y.example"',
      { kind: 'expanded', by: 'forward', forwardPaths: ['SMITH', 'a@x.example', 'b@y.example'] },
    ],
    [
      'VENUS::SMITH',
      { kind: 'failed', reply: '550 5.1.1 <jones@pluto> ... VENUS::SMITH cannot be reached by SMTP' },
    ],
    ['NOBODY', { kind: 'failed', reply: '550 5.1.1 <NOBODY> ... Addressee unknown' }],
    ['JONES', loop('JONES')],
    ['PLUTO::JONES', loop('JONES')],
  ])('to %s', async (forward, want) =>
    expect(await resolve('jones@pluto', { forwarding: { JONES: forward } })).toEqual(want),
  );

  it('follows chains and finds loops', async () => {
    const forwarding = { A: 'B', B: 'SMITH', C: 'D', D: 'C', E: 'C,SMITH' };
    expect(await resolve('a@pluto', { forwarding })).toEqual({ kind: 'mailbox', userName: 'SMITH' });
    expect(await resolve('c@pluto', { forwarding })).toEqual(loop('C'));
    expect(await check('c@pluto', { forwarding })).toBe('unknown');
    // The good part is delivered; the other, tried on its own, is returned.
    expect(await resolve('e@pluto', { forwarding })).toEqual({
      kind: 'expanded',
      by: 'forward',
      forwardPaths: ['C', 'SMITH'],
    });
  });

  it('makes names that are no accounts', async () => {
    expect(await check('sales@pluto', { forwarding: { SALES: 'SMITH' } })).toBe('local');
  });

  it('to another node hides that from VRFY', async () => {
    const { recipients } = recipientsOf({ forwarding: { JONES: 'SMTP%"home@far.example"' } });
    expect(await recipients.verify('jones')).toEqual({
      kind: 'user',
      userName: 'JONES',
      address: 'JONES@Pluto.Acme.com',
    });
  });
});

describe('the postmaster', () => {
  it.each(['postmaster', 'Postmaster@pluto.acme.com', 'tcpip$smtp@pluto.acme.com'])(
    '%s is SYSTEM unless forwarded',
    async (path) => {
      expect(await resolve(path)).toEqual({ kind: 'mailbox', userName: 'SYSTEM' });
      expect(await check(path)).toBe('local');
    },
  );
  it('can be a person', async () => {
    expect(await resolve('postmaster', { forwarding: { POSTMASTER: 'SMITH' } })).toEqual({
      kind: 'mailbox',
      userName: 'SMITH',
    });
    expect(await resolve('postmaster', { forwarding: { TCPIP$SMTP: 'SMITH' } })).toEqual({
      kind: 'mailbox',
      userName: 'SMITH',
    });
  });
  it.each([{ POSTMASTER: 'NOBODY' }, { POSTMASTER: 'POSTMASTER' }, { SYSTEM: 'POSTMASTER' }])(
    'is there whatever %j says',
    async (forwarding) => {
      expect(await resolve('postmaster', { forwarding })).toEqual({ kind: 'mailbox', userName: 'SYSTEM' });
      expect(await check('postmaster', { forwarding })).toBe('local');
    },
  );
});

describe('a list', () => {
  const files = {
    'TEAM.DIS': ['jones', 'SMTP%"a@x.example"', 'B@y.example', 'jones@pluto.acme.com'],
    'EMPTY.DIS': [],
    'A.DIS': ['b', 'a'],
    'B.DIS': ['a', 'smith'],
    'JONES.DIS': ['x@y'],
  };
  it('is expanded once, each member once', async () => {
    expect(await resolve('team@pluto', { files })).toEqual({
      kind: 'expanded',
      by: 'list',
      forwardPaths: ['jones@Pluto.Acme.com', 'a@x.example', 'B@y.example'],
    });
    expect(await check('Team@pluto', { files })).toBe('list');
    expect(await recipientsOf({ files }).recipients.expand('team')).toHaveLength(4);
  });
  it('has a name that is no user', async () =>
    expect(await resolve('jones@pluto', { files })).toEqual({ kind: 'mailbox', userName: 'JONES' }));
  it('that is empty fails', async () =>
    expect((await resolve('empty@pluto', { files })).kind).toBe('failed'));
  it('within lists ends', async () =>
    expect(await resolve('a@pluto', { files })).toEqual({ kind: 'mailbox', userName: 'SMITH' }));
  it('a member that leads back to it is no loop for the others', async () => {
    const node = { files: { 'L.DIS': ['jones', 'smith'] }, forwarding: { JONES: 'L' } };
    expect(await resolve('l@pluto', node)).toEqual({ kind: 'mailbox', userName: 'SMITH' });
  });
});

describe('user+folder', () => {
  const node = { users: ['JONES', 'SMITH'], forwarding: { SMITH: 'SMTP%"smith@else.example"' } };
  it.each([
    ['jones+lists@pluto.acme.com', { kind: 'mailbox', userName: 'JONES', folder: 'lists' }],
    ['Jones+a+b@pluto', { kind: 'mailbox', userName: 'JONES', folder: 'a+b' }],
    ['jones+@pluto', { kind: 'mailbox', userName: 'JONES' }],
  ])('%s is for that folder', async (path, destination) => {
    expect(await resolve(path, node)).toEqual(destination);
    expect(await check(path, node)).toBe('local');
  });

  it('of a user whose mail is forwarded goes where the rest of it goes', async () => {
    expect(await resolve('smith+lists@pluto', node)).toMatchObject({
      kind: 'expanded',
      forwardPaths: ['smith@else.example'],
    });
  });

  it('of nobody is unknown', async () => {
    expect(await check('nobody+lists@pluto', node)).toBe('unknown');
    expect(await check('+lists@pluto', node)).toBe('unknown');
  });

  it('keeps its folder behind a list, beside the user himself', async () => {
    const files = { 'STAFF.DIS': ['jones', 'jones+staff', 'jones+STAFF'] };
    expect(await resolve('staff@pluto', { ...node, files })).toMatchObject({
      forwardPaths: ['jones@Pluto.Acme.com', 'jones+staff@Pluto.Acme.com'],
    });
  });
});

describe('the owner of a list', () => {
  const files = {
    'STAFF.DIS': ['! Owner: smith', 'jones', 'a@else.example'],
    'ONE.DIS': ['jones', '!owner:boss@else.example'],
    'ALL.DIS': ['! owner: jones', 'staff', 'smith'],
    'PLAIN.DIS': ['! Owner unknown', 'jones', 'smith'],
  };
  it.each([
    ['staff', 'smith@Pluto.Acme.com'],
    ['one', 'boss@else.example'],
    // He who named the lists within his list has to do with what comes back.
    ['all', 'jones@Pluto.Acme.com'],
    ['plain', undefined],
  ])('%s: %s', async (list, owner) => {
    const found = await resolve(`${list}@pluto`, { files });
    expect(found).toMatchObject({ kind: 'expanded' });
    expect((found as { owner?: string }).owner).toBe(owner);
  });

  it('counts for who has his mail forwarded to the list', async () => {
    expect(await resolve('smith', { files, forwarding: { SMITH: 'one' } })).toMatchObject({
      kind: 'expanded',
      owner: 'boss@else.example',
    });
  });
});

describe('an address to send from', () => {
  const node: Node = {
    users: ['JONES', 'SMITH', 'GREEN', 'SYSTEM'],
    forwarding: {
      'ANN.JONES': 'JONES',
      INFO: 'JONES,SMITH',
      SALES: 'INFO',
      GREEN: 'JONES',
      ALL: 'TEAM',
      ROUND: 'ABOUT',
      ABOUT: 'ROUND',
    },
    files: { 'TEAM.DIS': ['jones'], 'TCPIP$SMTP_LOCAL_ALIASES.TXT': ['acme.com'] },
  };
  const isOf = (address: string, userName: string) =>
    recipientsOf(node).recipients.isAddressOf(address, userName);

  it.each([
    'jones',
    'jones@pluto.acme.com',
    'Jones+folder@acme.com',
    'ann.jones@acme.com',
    'Ann.Jones@pluto',
    'info@acme.com',
    'sales@acme.com',
  ])('%s is of JONES', async (address) => expect(await isOf(address, 'JONES')).toBe(true));
  it.each([
    ['smith@acme.com', 'another user'],
    ['green@acme.com', 'a user who forwards his mail here'],
    ['all@acme.com', 'an alias of a list'],
    ['team@acme.com', 'a list'],
    ['round@acme.com', 'a circle'],
    ['nobody@acme.com', 'nobody'],
    ['jones@elsewhere.example', 'another host'],
    ['jones%elsewhere.example@acme.com', 'another host'],
    ['postmaster@acme.com', 'of SYSTEM'],
  ])('%s is not: %s', async (address) => expect(await isOf(address, 'JONES')).toBe(false));
  it('stays that of who forwards his mail', async () =>
    expect(await isOf('green@acme.com', 'GREEN')).toBe(true));
});

describe('an address as a name to log in with', () => {
  const node: Node = {
    users: ['JONES', 'SMITH', 'GREEN', 'SYSTEM'],
    forwarding: { 'ANN.JONES': 'JONES', INFO: 'JONES,SMITH', GREEN: 'JONES', AWAY: 'j@elsewhere.example' },
    files: { 'TEAM.DIS': ['jones', 'smith'], 'TCPIP$SMTP_LOCAL_ALIASES.TXT': ['acme.com'] },
  };
  it.each([
    ['jones', 'jones'],
    ['jones@ACME.com', 'jones'],
    ['jones@pluto.acme.com', 'jones'],
    ['Ann.Jones@acme.com', 'JONES'],
    ['green@acme.com', 'green'],
    ['info@acme.com', 'info'],
    ['team@acme.com', 'team'],
    ['away@acme.com', 'away'],
    ['jones+folder@acme.com', 'jones+folder'],
    ['nobody@acme.com', 'nobody'],
    ['ann.jones', 'ann.jones'],
    ['jones@elsewhere.example', 'jones@elsewhere.example'],
    ['jones@', 'jones@'],
    ['@acme.com', '@acme.com'],
  ])('%s is %s', async (given, name) =>
    expect(await recipientsOf(node).recipients.loginName(given)).toBe(name),
  );
});
