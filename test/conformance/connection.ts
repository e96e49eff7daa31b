/**
 * A client's connection as the cases use it: bytes go out as they are given, replies come back whole, and the stream can
 * become a TLS one. Everything a server says is also held against what RFC 5321 §4.2 says of all replies.
 */
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';

export interface ServerReply {
  readonly code: string;
  /** Behind the codes. */
  readonly enhanced: string | undefined;
  readonly lines: readonly string[];
}

/** A server that says nothing within this time has nothing to say. */
const PATIENCE_MS = 5_000;
/** Silence that has to be proven is waited for no longer. */
const QUIET_MS = 150;

export class Connection {
  #socket: Socket | TLSSocket;
  #text = '';
  #isClosed = false;
  #wake: () => void = () => {};
  /** EHLO has offered ENHANCEDSTATUSCODES: replies carry them from now on. */
  hasEnhancedCodes = false;
  /** What no reply may be, whatever it answers. */
  readonly complaints: string[] = [];

  constructor(
    host: string,
    port: number,
    options: { readonly from?: string | undefined; readonly tls?: boolean },
  ) {
    const socket = connect({
      host,
      port,
      ...(options.from === undefined ? {} : { localAddress: options.from }),
    });
    this.#socket = socket.setNoDelay(true);
    this.#listen();
    if (options.tls === true) void this.startTls();
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1');
      this.#wake();
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  send(bytes: Uint8Array): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  /** The handshake; rejects where it fails. Whoever tests a server does not ask who signed its certificate. */
  async startTls(): Promise<void> {
    const plain = this.#socket;
    plain.removeAllListeners('data');
    const secured = connectTls({ socket: plain, rejectUnauthorized: false });
    this.#socket = secured;
    await new Promise<void>((resolve, reject) => {
      secured.once('secureConnect', resolve);
      secured.once('error', reject);
      secured.once('close', () => reject(new Error('closed in the TLS handshake')));
    });
    this.hasEnhancedCodes = false;
    this.#listen();
  }

  /** The next reply, or what came instead. */
  async reply(): Promise<ServerReply | 'closed' | 'nothing'> {
    const lines: string[] = [];
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const line = await this.#line(deadline);
      if (line === undefined) return this.#isClosed ? 'closed' : 'nothing';
      lines.push(line);
      if (!/^\d{3}-/.test(line)) break;
    }
    return this.#read(lines);
  }

  /** Whether the server says nothing more now. */
  async isQuiet(): Promise<boolean> {
    await this.#until(() => this.#text !== '', Date.now() + QUIET_MS);
    return this.#text === '';
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(lines: readonly string[]): ServerReply {
    const complain = (what: string): void => void this.complaints.push(`${what}: ${lines.join(' / ')}`);
    const code = lines[0]!.slice(0, 3);
    if (!/^[2-5][0-5]\d$/.test(code)) complain('RFC 5321 §4.2.1: no reply code');
    const texts: string[] = [];
    let enhanced: string | undefined;
    for (const line of lines) {
      if (!line.startsWith(code)) complain('RFC 5321 §4.2.1: one reply, several codes');
      if (!/^\d{3}(?:[ -]|$)/.test(line)) complain('RFC 5321 §4.2: neither blank nor hyphen behind the code');
      if (line.length + 2 > 512) complain('RFC 5321 §4.5.3.1.5: a reply line over 512 octets');
      if (/[\r\n\0]/.test(line)) complain('RFC 5321 §2.3.8: a bare CR or LF in a reply');
      const [, own, text] = /^\d{3}[ -]?(?:([245]\.\d{1,3}\.\d{1,3})(?: |$))?(.*)$/s.exec(line) ?? [];
      if (own !== undefined && own[0] !== code[0])
        complain('RFC 2034 §4: code and enhanced code differ in class');
      enhanced ??= own;
      texts.push(own === undefined ? line.slice(4) : text!);
    }
    return { code, enhanced, lines: texts };
  }

  async #line(deadline: number): Promise<string | undefined> {
    await this.#until(() => this.#isClosed || this.#text.includes('\r\n'), deadline);
    const end = this.#text.indexOf('\r\n');
    if (end === -1) {
      if (this.#text !== '') this.complaints.push(`RFC 5321 §4.2: a reply without CRLF: ${this.#text}`);
      return undefined;
    }
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 2);
    return line;
  }

  async #until(condition: () => boolean, deadline: number): Promise<void> {
    while (!condition() && Date.now() < deadline) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(deadline - Date.now(), 1));
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
