/** Hosts that are no good, each in its way, at addresses of their own; `dead` is one at whose address nobody listens. */
import { createServer, type Server, type Socket } from 'node:net';

export type BadKind = 'mute' | 'broken' | 'dead' | 'slow';

export const badHosts: Readonly<Record<BadKind, string>> = {
  mute: '127.0.0.3',
  broken: '127.0.0.4',
  dead: '127.0.0.5',
  slow: '127.0.0.6',
};

/** A slow host takes mail, and so long for each of its answers. */
const SLOW_MS = 3_000;

export async function startBadHosts(port: number): Promise<AsyncDisposable> {
  const servers = [
    await listen(badHosts.mute, port, () => {}),
    await listen(badHosts.broken, port, broken()),
    await listen(badHosts.slow, port, slow),
  ];
  return {
    async [Symbol.asyncDispose]() {
      for (const each of servers) await each.close();
    },
  };
}

/** In turns: hangs up, says what is no reply, hangs up in the middle of the text. */
function broken(): (socket: Socket) => void {
  let turn = 0;
  return (socket) => {
    turn += 1;
    if (turn % 3 === 0) socket.destroy();
    else if (turn % 3 === 1) socket.end(`${'\xff\x00 no reply at all '.repeat(1_000)}\r\n`, 'latin1');
    else {
      socket.write('220 hello\r\n');
      socket.on('data', (data: Buffer) => {
        const text = data.toString('latin1');
        if (/^Subject/m.test(text)) socket.destroy();
        else socket.write(/^DATA/m.test(text) ? '250 yes\r\n250 yes\r\n354 go on\r\n' : '250 yes\r\n');
      });
    }
  };
}

/** Extensions are not offered, so that each command waits for its answer. */
function slow(socket: Socket): void {
  const answer = (reply: string): void =>
    void setTimeout(() => socket.destroyed || socket.write(`${reply}\r\n`), SLOW_MS).unref();
  let isText = false;
  let rest = '';
  answer('220 one moment');
  socket.on('data', (data: Buffer) => {
    const lines = (rest + data.toString('latin1')).split('\r\n');
    rest = lines.pop()!;
    for (const line of lines) {
      if (isText && line !== '.') continue;
      isText = /^DATA/i.test(line);
      answer(isText ? '354 go on' : '250 yes');
    }
  });
}

async function listen(address: string, port: number, serve: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, address, 4_096, resolve));
  return {
    close: () => {
      for (const each of sockets) each.destroy();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
