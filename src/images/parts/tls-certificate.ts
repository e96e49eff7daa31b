/**
 * Certificate and key of the node, for every server of it: one process reads the files, makes a self-signed pair where there
 * is none, and hands over what can be used. A change of a file, of a setting or of a logical name counts within a second; what
 * cannot be used changes nothing, and operators hear why. docs/operator.md
 */
import { randomBytes } from 'node:crypto';
import { createSelfSignedCertificate } from '../../adapters/node/tls/self-signed-certificate.ts';
import { checkTlsMaterial } from '../../adapters/node/tls/server-tls.ts';
import { Condition, reasonOf } from '../../condition/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FileSystem, NewFileHeader } from '../../ports/file-system.ts';
import type { OperatorCommunication } from '../../ports/operator-communication.ts';
import type { TlsMaterial, TlsMaterialSource } from '../../ports/server-tls.ts';
import type { SystemStore } from '../../ports/system-store.ts';
import { createLogicalNames } from '../../system/logical-name-tables.ts';
import { resolveFile } from '../../system/resolve-file.ts';
import { defaultSmtpSettings, readSmtpSettings } from '../../system/settings/index.ts';

const POLL_MS = 1_000;
/** RFC 9325 §3.4 (tickets): keys that seal sessions do not last. */
const TICKET_KEYS_LAST_MS = 12 * 3_600_000;
const DAY_MS = 86_400_000;
/** How long before its end operators are told of it, once a day. */
const WARNED_BEFORE_MS = 14 * DAY_MS;
const LONGEST_FILE_LINES = 10_000;

/** Nobody but the system: what the key of OpenVMS's secure POP wants, too. tcpip-smtp.md §7.1 */
const header: NewFileHeader = {
  owner: { group: 1, member: 4 },
  protection: { system: 'RWED', owner: 'RWED', group: '', world: '' },
};

export interface TlsCertificate extends TlsMaterialSource {
  /** When the one in force ends; undefined where there is none. */
  ends(): number | undefined;
  stop(): void;
}

interface Dependencies {
  readonly files: FileSystem;
  readonly systemStore: SystemStore;
  readonly operator: Pick<OperatorCommunication, 'operatorMessage'>;
  readonly clock: Clock;
  readonly hostName: string;
}

/** Resolves when the files as they are now were taken up, or cannot be used. */
export async function watchTlsCertificate(deps: Dependencies): Promise<TlsCertificate> {
  const watch = new CertificateWatch(deps);
  await watch.look();
  const poll = setInterval(() => void watch.look(), POLL_MS);
  poll.unref();
  return {
    current: async () => watch.material,
    onChange: (listener) => watch.listeners.push(listener),
    ends: () => (watch.material === undefined ? undefined : watch.ends),
    stop: () => clearInterval(poll),
  };
}

interface PairOfFiles {
  readonly certificate: string;
  readonly key: string;
}

class CertificateWatch {
  readonly #deps: Dependencies;
  readonly #logicalNames;
  readonly listeners: ((material: TlsMaterial | undefined) => void)[] = [];
  material: TlsMaterial | undefined;
  ends = Number.POSITIVE_INFINITY;
  #seen: string | undefined;
  /** The state that could not be used when it was looked at last; told when it is still so. */
  #bad: string | undefined;
  #warnedAt = Number.NEGATIVE_INFINITY;
  #ticketKeysMadeAt = 0;
  #isLooking = false;

  constructor(deps: Dependencies) {
    this.#deps = deps;
    this.#logicalNames = createLogicalNames(deps.systemStore);
  }

  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#lookAtFiles();
    } finally {
      this.#isLooking = false;
    }
    this.#renewTicketKeys();
    this.#warn();
  }

  async #lookAtFiles(): Promise<void> {
    let state = '';
    try {
      const files = await this.#files();
      state = `${await this.#stateOf(files.certificate)}\n${await this.#stateOf(files.key)}`;
      if (state === this.#seen) return;
      await this.#take(files);
      this.#seen = state;
      this.#bad = undefined;
    } catch (error) {
      const bad = `${state}\n${reasonOf(error)}`;
      // Two files are seldom replaced at once: what makes no pair now may be one with the next look.
      if (this.#bad !== bad) {
        this.#bad = bad;
        return;
      }
      this.#seen = state;
      const kept = this.material === undefined ? 'there is no TLS' : 'TLS goes on with the one before';
      this.#tell(`the certificate cannot be used, ${kept}\n${reasonOf(error)}`);
    }
  }

  /** Full specifications of the two; made here where both have the names of a new system and neither is there. */
  async #files(): Promise<PairOfFiles> {
    await this.#logicalNames.refresh();
    const { files, systemStore } = this.#deps;
    const settings = await readSmtpSettings(systemStore);
    const place = { files, logicalNames: this.#logicalNames, defaultDirectory: 'DKA0:[SYSMGR]' };
    const full = (name: string): Promise<string> => resolveFile(place, name, '.PEM');
    const pair = {
      certificate: await full(settings.tlsCertificateFile),
      key: await full(settings.tlsKeyFile),
    };
    const isDefault =
      settings.tlsCertificateFile === defaultSmtpSettings.tlsCertificateFile &&
      settings.tlsKeyFile === defaultSmtpSettings.tlsKeyFile;
    const isMissing = async (name: string): Promise<boolean> => (await this.#stateOf(name)) === undefined;
    if (isDefault && (await isMissing(pair.certificate)) && (await isMissing(pair.key)))
      await this.#make(pair);
    return pair;
  }

  async #make({ certificate, key }: PairOfFiles): Promise<void> {
    const made = createSelfSignedCertificate(this.#deps.hostName, this.#deps.clock.now());
    await this.#write(key, made.key);
    await this.#write(certificate, made.certificate);
  }

  async #write(specification: string, pem: string): Promise<void> {
    const writer = await this.#deps.files.create(specification, header);
    for (const line of pem.trimEnd().split('\n')) await writer.write(line);
    await writer.close();
  }

  /** Undefined where there is no such file. */
  async #stateOf(specification: string): Promise<string | undefined> {
    try {
      const entry = await this.#deps.files.lookup(specification, 'read');
      return `${entry.specification} ${entry.modified} ${entry.sizeBytes}`;
    } catch (error) {
      if (error instanceof Condition && /^(FNF|DNF)$/.test(error.ident)) return undefined;
      throw error;
    }
  }

  async #take(pair: PairOfFiles): Promise<void> {
    const certificate = await this.#read(pair.certificate);
    const key = await this.#read(pair.key);
    const checked = checkTlsMaterial({ certificate, key });
    this.ends = Date.parse(checked.validTo);
    this.#warnedAt = Number.NEGATIVE_INFINITY;
    this.#publish({ certificate, key });
  }

  async #read(specification: string): Promise<string> {
    const reader = await this.#deps.files.openRead(specification);
    try {
      const lines: string[] = [];
      for (let line = await reader.read(); line !== undefined; line = await reader.read()) {
        if (lines.push(line) > LONGEST_FILE_LINES) throw new Error(`${specification} is too long`);
      }
      return `${lines.join('\n')}\n`;
    } finally {
      await reader.close();
    }
  }

  #publish({ certificate, key }: Pick<TlsMaterial, 'certificate' | 'key'>): void {
    this.#ticketKeysMadeAt = this.#deps.clock.now();
    this.material = { certificate, key, ticketKeys: randomBytes(48).toString('base64') };
    for (const listener of this.listeners) listener(this.material);
  }

  #renewTicketKeys(): void {
    const age = Math.abs(this.#deps.clock.now() - this.#ticketKeysMadeAt);
    if (this.material !== undefined && age >= TICKET_KEYS_LAST_MS) this.#publish(this.material);
  }

  #warn(): void {
    const now = this.#deps.clock.now();
    if (this.material === undefined || this.ends - now > WARNED_BEFORE_MS) return;
    if (Math.abs(now - this.#warnedAt) < DAY_MS) return;
    this.#warnedAt = now;
    const days = Math.floor((this.ends - now) / DAY_MS);
    this.#tell(days < 0 ? 'the certificate has expired' : `the certificate expires in ${days} days`);
  }

  #tell(text: string): void {
    this.#deps.operator.operatorMessage('NETWORK', 'TCPIP$TLS', text, { about: 'certificate' });
  }
}
