/**
 * Clients that wish the node ill, in a process of their own: slow ones, a mail bomb, and mail whose only recipient is gone, so that
 * each of them is answered to a forged sender. Each kind of client has a network of its own below 127.0.0.0/8.
 */
import { connect, type Socket } from 'node:net';

export interface FloodOptions {
  readonly port: number;
  /** Connections that send a byte a second, each of its own address: half of them within commands, half within a text. */
  readonly slow: number;
  /** Connections of two addresses: those of one pour envelopes as fast as it goes, and await nothing, those of the other send mail. */
  readonly bomb: number;
  /** Connections, each of its own address, that send mail to `gone` from `sender`. */
  readonly bounces: number;
  readonly recipient: string;
  readonly gone: string;
  /** Domain of forged senders: the local part names the message, `b1`. */
  readonly sender: string;
}

export interface FloodState {
  /** Slow connections that are open now, and have been greeted. */
  readonly slow: number;
  /** Slow connections that were closed by the node. */
  readonly slowClosed: number;
  /** Of the bomb: envelopes poured, messages accepted, and replies by code. */
  readonly poured: number;
  readonly bombed: number;
  readonly bomb: Readonly<Record<string, number>>;
  /** Numbers of messages to somebody who is gone, accepted. */
  readonly bounces: readonly number[];
  readonly bounceReplies: Readonly<Record<string, number>>;
}

/** Who pours, and who sends a bomb: what one of them has used up of its share is not the other's. */
const POURER = '127.3.0.1';
const BOMBER = '127.3.0.2';

interface Mail {
  next(): { readonly reversePath: string; readonly forwardPath: string; readonly id: string };
  accepted(): void;
}

const addressOf = (network: number, n: number): string =>
  `127.${network}.${Math.floor(n / 250)}.${1 + (n % 250)}`;

class Flood {
  readonly #options: FloodOptions;
  readonly #sockets = new Set<Socket>();
  readonly #typing = new Set<() => void>();
  readonly #bombReplies: Record<string, number> = {};
  readonly #bounceReplies: Record<string, number> = {};
  readonly #bounces: number[] = [];
  #poured = 0;
  #bombed = 0;
  #slowClosed = 0;
  #messages = 0;
  #isOver = false;

  constructor(options: FloodOptions) {
    this.#options = options;
    for (let n = 0; n < options.slow; n += 1) this.#slow(n);
    for (let n = 0; n < options.bomb; n += 1) n % 2 === 0 ? this.#pour() : this.#bomb();
    for (let n = 0; n < options.bounces; n += 1) this.#bounce(n);
    // A byte a second, spread over the second.
    let tick = 0;
    setInterval(() => {
      let n = 0;
      for (const type of this.#typing) if (n++ % 20 === tick % 20) type();
      tick += 1;
    }, 50);
  }

  get state(): FloodState {
    return {
      slow: this.#typing.size,
      slowClosed: this.#slowClosed,
      poured: this.#poured,
      bombed: this.#bombed,
      bomb: this.#bombReplies,
      bounces: this.#bounces,
      bounceReplies: this.#bounceReplies,
    };
  }

  stop(): void {
    this.#isOver = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** It comes again when it is closed. */
  #open(address: string, again: () => void, waitMs: number): Socket {
    const socket = connect({ port: this.#options.port, host: '127.0.0.1', localAddress: address });
    socket.setEncoding('latin1').on('error', () => {});
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (!this.#isOver) setTimeout(again, waitMs);
    });
    return socket;
  }

  #slow(n: number): void {
    const socket = this.#open(addressOf(2, n), () => this.#slow(n), 10_000);
    const isInText = n % 2 === 0;
    const type = (): void => void socket.write('x');
    socket.once('data', (text: string) => {
      if (!text.startsWith('220')) return;
      if (isInText)
        socket.write(
          `EHLO slow.example\r\nMAIL FROM:<slow@slow.example>\r\nRCPT TO:<${this.#options.recipient}>\r\nDATA\r\n`,
        );
      this.#typing.add(type);
    });
    socket.once('close', () => {
      if (this.#typing.delete(type) && !this.#isOver) this.#slowClosed += 1;
    });
  }

  #pour(): void {
    const socket = this.#open(POURER, () => this.#pour(), 500);
    const one = `MAIL FROM:<bomb@slow.example>\r\nRCPT TO:<${this.#options.recipient}>\r\nRSET\r\n`;
    const burst = one.repeat(100);
    const pour = (): void => {
      let isEager = true;
      while (isEager && !socket.destroyed) {
        isEager = socket.write(burst, (error) => {
          if (error == null) this.#poured += 100;
        });
      }
    };
    socket.on('drain', () => setImmediate(pour));
    socket.once('data', () => {
      socket.write('HELO bomb.example\r\n');
      pour();
    });
    socket.on('data', (text: string) => tally(this.#bombReplies, text));
  }

  #bomb(): void {
    const socket = this.#open(BOMBER, () => this.#bomb(), 500);
    this.#sendOn(socket, this.#bombReplies, {
      next: () => ({ reversePath: 'bomb@slow.example', forwardPath: this.#options.recipient, id: 'bomb' }),
      accepted: () => {
        this.#bombed += 1;
      },
    });
  }

  #bounce(n: number): void {
    const socket = this.#open(addressOf(4, n), () => this.#bounce(n), 500);
    let id = 0;
    this.#sendOn(socket, this.#bounceReplies, {
      next: () => {
        id = ++this.#messages;
        const reversePath = `b${id}@${this.#options.sender}`;
        return { reversePath, forwardPath: this.#options.gone, id: `<<b${id}>>` };
      },
      accepted: () => void this.#bounces.push(id),
    });
  }

  /** One message after the other, until something is refused. */
  #sendOn(socket: Socket, replies: Record<string, number>, mail: Mail): void {
    /** What the next reply answers. */
    let step = 0;
    let subject = '';
    const next = (): void => {
      const { reversePath, forwardPath, id } = mail.next();
      subject = id;
      step = 2;
      socket.write(`MAIL FROM:<${reversePath}>\r\nRCPT TO:<${forwardPath}>\r\nDATA\r\n`);
    };
    const text = (): string =>
      `From: b@slow.example\r\nSubject: ${subject}\r\n\r\n${'All work and no play.\r\n'.repeat(30)}.\r\n`;
    let rest = '';
    socket.on('data', (received: string) => {
      const lines = (rest + received).split('\r\n');
      rest = lines.pop()!;
      for (const line of lines) {
        tally(replies, `${line}\r`);
        if (!line.startsWith(['220', '250', '250', '250', '354', '250'][step]!))
          return void socket.end('QUIT\r\n');
        if (step === 0) socket.write('HELO bounce.example\r\n');
        if (step === 4) socket.write(text());
        if (step === 5) mail.accepted();
        if (step === 1 || step === 5) next();
        else step += 1;
      }
    });
  }
}

const tally = (counts: Record<string, number>, text: string): void => {
  for (const [, code] of text.matchAll(/^(\d{3})[ \r]/gm)) counts[code!] = (counts[code!] ?? 0) + 1;
};

let flood: Flood | undefined;
process.on('message', (message: FloodOptions | 'state' | 'stop') => {
  if (message === 'stop') {
    flood?.stop();
    process.send!(flood!.state, () => process.exit(0));
  } else if (message === 'state') process.send!(flood!.state);
  else flood = new Flood(message);
});
process.on('disconnect', () => process.exit(1));
