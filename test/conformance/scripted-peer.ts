/**
 * The SMTP server that the one under test sends to: it says what the case tells it to say, and keeps every octet that
 * came. One listens for all cases; each case has an address of its own in 127.7.0.0/16, so that no case meets what
 * another has taught the server about a host.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface PeerRule {
  /** Matched against a command line; `TEXT` is the end of the mail data, `GREETING` the connection. */
  readonly pattern: RegExp;
  /** Lines of the reply, `close` or `silent`. */
  readonly reply: string;
  readonly isOnce: boolean;
}

export interface PeerScript {
  /** Lines behind the first of EHLO's reply; undefined: EHLO is not known. */
  offers: readonly string[] | undefined;
  readonly rules: PeerRule[];
}

export interface PeerMessage {
  readonly reversePath: string;
  /** With what stands behind the path: parameters. */
  readonly commands: readonly string[];
  readonly forwardPaths: readonly string[];
  /** Dots unstuffed, an octet a character. */
  readonly text: string;
}

/** What one case has seen of the server. */
export interface PeerView {
  readonly script: PeerScript;
  readonly commands: string[];
  readonly messages: PeerMessage[];
  /** What came, connection after connection. */
  raw: string;
  /** The texts alone, as they stood on the wire. */
  rawTexts: string[];
  connections: number;
  /** Connections that are open now. */
  open(): number;
  /** Ends what is open; from now on nobody answers at this address. */
  close(): void;
}

export interface ScriptedPeer extends AsyncDisposable {
  readonly port: number;
  /** @param address  where the server under test finds this case's host */
  view(address: string): PeerView;
  /** Ends the connections that are open there; the view goes on. */
  drop(address: string): void;
}

export async function startScriptedPeer(port = 0): Promise<ScriptedPeer> {
  const views = new Map<string, { readonly view: PeerView; readonly sockets: Set<Socket> }>();
  const server = createServer((socket) => {
    const known = views.get((socket.localAddress ?? '').replace(/^::ffff:/, ''));
    socket.on('error', () => {});
    if (known === undefined) return socket.destroy();
    known.sockets.add(socket);
    socket.on('close', () => known.sockets.delete(socket));
    known.view.connections += 1;
    serve(socket, known.view);
    return undefined;
  });
  server.listen(port, '0.0.0.0');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    view(address) {
      const sockets = new Set<Socket>();
      const view: PeerView = {
        script: { offers: ['PIPELINING', 'SIZE 0', '8BITMIME', 'ENHANCEDSTATUSCODES'], rules: [] },
        commands: [],
        messages: [],
        raw: '',
        rawTexts: [],
        connections: 0,
        open: () => sockets.size,
        close() {
          views.delete(address);
          for (const socket of sockets) socket.destroy();
        },
      };
      views.set(address, { view, sockets });
      return view;
    },
    drop(address) {
      for (const socket of views.get(address)?.sockets ?? []) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      for (const { view } of views.values()) view.close();
      server.close();
      await once(server, 'close');
    },
  };
}

function serve(socket: Socket, view: PeerView): void {
  const { script } = view;
  let buffered = '';
  let isText = false;
  /** Octets of a BDAT chunk still to come. */
  let chunkLeft = 0;
  let isLastChunk = false;
  let chunks = '';
  let transaction: { reversePath: string; commands: string[]; forwardPaths: string[] } | undefined;

  const say = (reply: string): void => {
    if (reply === 'close') socket.destroy();
    else if (reply !== 'silent') socket.write(`${reply.split(' | ').join('\r\n')}\r\n`, 'latin1');
  };
  const ruled = (said: string): string | undefined => {
    const index = script.rules.findIndex(({ pattern }) => pattern.test(said));
    if (index === -1) return undefined;
    const { reply, isOnce } = script.rules[index]!;
    if (isOnce) script.rules.splice(index, 1);
    return reply;
  };
  const take = (text: string): void => {
    const reply = ruled('TEXT') ?? '250 2.0.0 OK';
    if (reply.startsWith('250')) view.messages.push({ ...transaction!, text });
    transaction = undefined;
    say(reply);
  };
  const obey = (line: string): void => {
    view.commands.push(line);
    const reply =
      ruled(line) ?? usual(line, script, transaction !== undefined && transaction.forwardPaths.length > 0);
    const path = /<(.*?)>/.exec(line)?.[1] ?? '';
    if (/^MAIL/i.test(line) && reply.startsWith('250'))
      transaction = { reversePath: path, commands: [line], forwardPaths: [] };
    else if (/^(RSET|EHLO|HELO)/i.test(line)) transaction = undefined;
    else if (/^RCPT/i.test(line) && reply.startsWith('25')) {
      transaction?.forwardPaths.push(path);
      transaction?.commands.push(line);
    } else if (/^DATA/i.test(line)) isText = reply.startsWith('354');
    const chunk = /^BDAT (\d+)( LAST)?$/i.exec(line);
    if (chunk !== null) {
      [chunkLeft, isLastChunk] = [Number(chunk[1]), chunk[2] !== undefined];
      return;
    }
    say(reply);
    if (/^QUIT/i.test(line)) socket.end();
  };
  socket.on('data', (bytes) => {
    const came = bytes.toString('latin1');
    view.raw += came;
    buffered += came;
    for (;;) {
      if (chunkLeft > 0 || isLastChunk) {
        const part = buffered.slice(0, chunkLeft);
        chunks += part;
        chunkLeft -= part.length;
        buffered = buffered.slice(part.length);
        if (chunkLeft > 0) return;
        if (isLastChunk) {
          isLastChunk = false;
          const text = chunks;
          chunks = '';
          view.rawTexts.push(text);
          take(text);
        } else say('250 2.0.0 OK');
        continue;
      }
      if (isText) {
        const end = buffered.startsWith('.\r\n') ? 0 : buffered.indexOf('\r\n.\r\n') + 2;
        if (end === 1) return;
        const text = buffered.slice(0, end);
        buffered = buffered.slice(end + 3);
        isText = false;
        view.rawTexts.push(text);
        take(text.replace(/(^|\r\n)\./g, '$1'));
        continue;
      }
      const end = buffered.indexOf('\r\n');
      if (end === -1 || socket.destroyed) return;
      const line = buffered.slice(0, end);
      buffered = buffered.slice(end + 2);
      obey(line);
    }
  });
  say(ruled('GREETING') ?? '220 peer.example ready');
}

function usual(line: string, { offers }: PeerScript, hasRecipients: boolean): string {
  switch (line.slice(0, 4).toUpperCase()) {
    case 'EHLO':
      if (offers === undefined) return '502 5.5.1 Command not implemented';
      return ['peer.example', ...offers]
        .map((each, i) => `250${i === offers.length ? ' ' : '-'}${each}`)
        .join(' | ');
    case 'DATA':
      return hasRecipients ? '354 go on' : '503 5.5.1 No valid recipients';
    case 'QUIT':
      return '221 2.0.0 bye';
    default:
      return '250 2.0.0 OK';
  }
}
