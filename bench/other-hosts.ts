/** Hosts that mail is relayed to, in a private network: a name server that knows their domains, and smtp-sink at all their addresses. */
import { spawn } from 'node:child_process';
import { type DnsScript, startDnsServer } from '../test/support/dns-server.ts';
import { isListening } from './postfix-instance.ts';
import { NAME_SERVER } from './private-network.ts';

/** A domain of one mail host. */
export const SINK_DOMAIN = 'sink.example';
/** Domains `d1.sink.example` and on, each of a mail host and an address of its own. */
export const DOMAINS = 500;
export const numberedDomain = (number: number): string => `d${number}.${SINK_DOMAIN}`;

export interface OtherHosts {
  /** Messages they have taken so far. */
  messages(): number;
  stop(): Promise<void>;
}

export async function startOtherHosts(): Promise<OtherHosts> {
  const nameServer = await startDnsServer(records(), { address: NAME_SERVER, port: 53 });
  const sink = spawn('smtp-sink', ['-c', '-m', '5000', '-u', 'nobody', '0.0.0.0:25', '1000'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let messages = 0;
  sink.stdout.setEncoding('latin1').on('data', (text: string) => {
    for (const [, count] of text.matchAll(/mesg=(\d+)/g)) messages = Number(count);
  });
  const ended = new Promise((resolve) => sink.once('exit', resolve));
  for (let attempt = 0; !(await isListening(25)); attempt++) {
    if (attempt > 300 || sink.exitCode !== null) throw new Error('smtp-sink does not answer');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    messages: () => messages,
    async stop() {
      sink.kill();
      await ended;
      await nameServer[Symbol.asyncDispose]();
    },
  };
}

function records(): DnsScript {
  const script: DnsScript = {};
  const add = (domain: string, address: string): void => {
    script[domain] = { MX: [[10, `mx.${domain}`]] };
    script[`mx.${domain}`] = { A: [address] };
  };
  // Not of the loopback network: a mail host there would be this one.
  add(SINK_DOMAIN, '10.2.0.1');
  for (let number = 1; number <= DOMAINS; number++)
    add(numberedDomain(number), `10.3.${number >> 8}.${number & 255}`);
  return script;
}
