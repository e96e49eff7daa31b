/** An SMTP server for tests that does as its script says: real sockets, any reply at any place. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket, type TlsOptions } from 'node:tls';
import { createWatch } from './watch.ts';

export interface SinkScript {
  readonly greeting?: string;
  /** STARTTLS is offered, with this certificate; `broken`: what follows 220 is no handshake. */
  readonly tls?: TlsOptions | 'broken' | undefined;
  /** TLS from the first byte. */
  readonly isImplicitTls?: boolean;
  /** Lines after the first of the EHLO reply; undefined: EHLO is not known. */
  readonly extensions?: readonly string[] | undefined;
  /** Reply to a command line; undefined: the usual one. `drop` closes, `silent` says nothing. */
  reply?(command: string, session: number): string | 'drop' | 'silent' | undefined;
  /** Reply to the text; default 250. */
  afterData?(text: string, session: number): string | 'drop' | 'silent' | undefined;
  /** Close the connection after so many bytes of text. */
  readonly dropInDataAfter?: number;
  /** Where it listens; default 127.0.0.1 and a free port. */
  readonly address?: string;
  readonly port?: number;
  /** Stop reading once DATA has been answered. */
  readonly pauseInData?: boolean;
}

export interface SinkMessage {
  readonly session: number;
  readonly reversePath: string;
  readonly forwardPaths: readonly string[];
  /** As it came over the wire, dots unstuffed. */
  readonly text: string;
  readonly isSecure: boolean;
  /** Sizes of the chunks it came in. */
  readonly chunks: readonly number[];
}

export interface SmtpSink extends AsyncDisposable {
  readonly port: number;
  readonly messages: readonly SinkMessage[];
  readonly commands: readonly string[];
  readonly sessions: number;
  /** Resolves once so many messages have been taken. */
  received(count: number): Promise<void>;
  /** Resolves once a command line matches. */
  seen(pattern: RegExp): Promise<void>;
}

export async function startSink(script: SinkScript = {}): Promise<SmtpSink> {
  const messages: SinkMessage[] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  let sessions = 0;
  const { changed, until } = createWatch();

  const server = createServer((socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    serve(script.isImplicitTls === true ? secured(socket) : socket, ++sessions);
  });

  const secured = (socket: Duplex): TLSSocket => {
    const options = script.tls === 'broken' ? {} : script.tls;
    const secure = new TLSSocket(socket, { ...options, isServer: true });
    secure.on('error', () => socket.destroy());
    return secure;
  };

  const serve = (raw: Duplex, session: number): void => {
    let socket = raw;
    const usualExtensions = ['PIPELINING', 'SIZE 0', '8BITMIME'];
    const listed = 'extensions' in script ? script.extensions : usualExtensions;
    const extensions =
      script.tls === undefined || script.isImplicitTls ? listed : ['STARTTLS', ...(listed ?? [])];
    const startTls = (): void => {
      socket.removeAllListeners('data');
      buffered = '';
      if (script.tls === 'broken') {
        socket.on('data', () => socket.write('this is no handshake\r\n'));
        return;
      }
      socket = secured(socket);
      socket.on('data', onData);
    };
    let buffered = '';
    let inData = false;
    /** Of BDAT. */
    let chunks: number[] = [];
    let chunked = '';
    let reversePath = '';
    let forwardPaths: string[] = [];
    const say = (text: string): void => {
      if (text === 'drop') socket.destroy();
      else if (text !== 'silent') socket.write(`${text}\r\n`);
    };
    const usual = (command: string): string => {
      const verb = command.slice(0, 4).toUpperCase();
      switch (verb) {
        case 'EHLO':
          return extensions === undefined
            ? '500 Syntax error, command unrecognized'
            : [
                'sink.example',
                ...extensions.filter((each) => each !== 'STARTTLS' || !(socket instanceof TLSSocket)),
              ]
                .map((line, i, all) => `250${i === all.length - 1 ? ' ' : '-'}${line}`)
                .join('\r\n');
        case 'DATA':
          return forwardPaths.length === 0 ? '503 No valid recipients' : '354 go on';
        case 'STAR':
          return script.tls === undefined ? '502 no' : '220 go on';
        case 'QUIT':
          return '221 bye';
        default:
          return '250 OK';
      }
    };
    const take = (command: string): void => {
      commands.push(command);
      const reply = script.reply?.(command, session) ?? usual(command);
      const path = /<(.*)>/.exec(command)?.[1] ?? '';
      if (/^(MAIL|RSET)/i.test(command)) [reversePath, forwardPaths] = [path, []];
      else if (/^RCPT/i.test(command) && reply.startsWith('25')) forwardPaths.push(path);
      else if (/^DATA/i.test(command)) inData = reply.startsWith('354');
      say(reply);
      if (/^STARTTLS/i.test(command) && reply.startsWith('220')) {
        startTls();
        return;
      }
      if (inData && script.pauseInData === true) socket.pause();
      changed();
    };
    const onData = (chunk: Buffer): void => {
      buffered += chunk.toString('latin1');
      if (inData && script.dropInDataAfter !== undefined && buffered.length > script.dropInDataAfter) {
        socket.destroy();
        return;
      }
      for (;;) {
        if (inData) {
          const end = buffered.startsWith('.\r\n') ? 0 : buffered.indexOf('\r\n.\r\n') + 2;
          if (end === 1) return;
          const text = buffered.slice(0, end).replace(/(^|\r\n)\./g, '$1');
          buffered = buffered.slice(end + 3);
          inData = false;
          const reply = script.afterData?.(text, session) ?? '250 OK queued';
          if (reply.startsWith('250'))
            messages.push({
              session,
              reversePath,
              forwardPaths,
              text,
              isSecure: socket instanceof TLSSocket,
              chunks: [],
            });
          say(reply);
          changed();
          continue;
        }
        const end = buffered.indexOf('\r\n');
        if (end === -1) return;
        const line = buffered.slice(0, end);
        const [, size, last] = /^BDAT (\d+)( LAST)?$/.exec(line) ?? [];
        if (size !== undefined) {
          if (buffered.length < end + 2 + Number(size)) return;
          chunked += buffered.slice(end + 2, end + 2 + Number(size));
          buffered = buffered.slice(end + 2 + Number(size));
          chunks.push(Number(size));
          commands.push(line);
          const refusal = script.reply?.(line, session);
          if (last !== undefined && refusal === undefined) {
            const reply = script.afterData?.(chunked, session) ?? '250 OK queued';
            const isSecure = socket instanceof TLSSocket;
            if (reply.startsWith('250'))
              messages.push({ session, reversePath, forwardPaths, text: chunked, isSecure, chunks });
            say(reply);
          } else say(refusal ?? '250 OK');
          if (last !== undefined) [chunked, chunks] = ['', []];
          changed();
          continue;
        }
        buffered = buffered.slice(end + 2);
        take(line);
        if (socket.destroyed) return;
      }
    };
    socket.on('data', onData);
    say(script.greeting ?? '220 sink.example ready');
  };

  server.listen(script.port ?? 0, script.address ?? '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    messages,
    commands,
    get sessions() {
      return sessions;
    },
    received: (count) => until(() => messages.length >= count),
    seen: (pattern) => until(() => commands.some((each) => pattern.test(each))),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
