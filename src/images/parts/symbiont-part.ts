/** The symbiont over this node's MAIL, DNS and network. */
import { existsSync } from 'node:fs';
import { createConnect } from '../../adapters/node/connect.ts';
import { createStsPolicyFetch } from '../../adapters/node/fetch-sts-policy.ts';
import { createTlsReportPost } from '../../adapters/node/post-tls-report.ts';
import { createClientTls } from '../../adapters/node/tls/client-tls.ts';
import { openStsPolicies } from '../../adapters/sqlite/sts-policies/index.ts';
import { openTlsReports } from '../../adapters/sqlite/tls-reports/index.ts';
import type { Resolver } from '../../ports/resolver.ts';
import type { StsPolicyStore } from '../../ports/sts-policies.ts';
import type { TlsReportStore } from '../../ports/tls-reports.ts';
import { createSymbiont, type Symbiont } from '../../symbiont/index.ts';
import type { CurrentSettings } from './current-settings.ts';
import type { MailPart } from './mail-part.ts';
import { createMailProcedures } from './mail-procedures.ts';
import type { NodeContext } from './node-context.ts';
import { createOpenedDestinations } from './opened-destinations.ts';
import { createOutgoingFields } from './outgoing-fields.ts';
import { madeRewritingSecret } from './rewriting-secret.ts';
import { createRoutingSettings, withLocalHosts } from './routing-settings.ts';
import { symbiontLogFile } from './symbiont-log-file.ts';
import { watchedResolver } from './watched-resolver.ts';

/** How often changed settings are looked for: the symbiont asks synchronously. */
const SETTINGS_POLL_MS = 1_000;

export function createSymbiontPart(
  context: NodeContext,
  mail: MailPart,
  settings: CurrentSettings,
  options: { readonly resolver: Resolver; readonly remotePort?: number },
): Symbiont {
  const log = symbiontLogFile(context, settings);
  const opened = createOpenedDestinations(context);
  const routing = createRoutingSettings(context.systemStore, settings, opened.add);
  const resolver = watchedResolver(options.resolver, {
    ...context,
    tell: (...told) => context.operator.operatorMessage('NETWORK', 'TCPIP$SMTP_SYMBIONT', ...told),
  });
  const symbiont = createSymbiont({
    queueManager: context.queueManager,
    delivery: mail.mail.delivery,
    recipients: mail.recipients,
    procedures: createMailProcedures(context),
    isLocalDomain: (domain) => mail.domains.isThisHost(domain),
    spool: context.spool,
    resolver: withLocalHosts(resolver, routing.databases),
    connect: createConnect(),
    clientTls: createClientTls(),
    stsPolicies: {
      store: lazyStsPolicies(context.paths.stsPolicies),
      fetch: createStsPolicyFetch(resolver),
    },
    tlsReports: {
      store: lazyTlsReports(context.paths.tlsReports),
      post: createTlsReportPost(resolver),
    },
    clock: context.clock,
    log: context.log,
    opcom: context.operator,
    hostName: context.configuration.hostName,
    settings: () => routing.now(),
    rewritingSecret: () => madeRewritingSecret(context.systemStore),
    outgoing: createOutgoingFields({
      keys: routing.dkimKeys,
      files: context.files,
      clock: context.clock,
      log: context.log,
      hostName: context.configuration.hostName,
      seals: () => settings.now().arcSeal,
    }),
    // While the store fails, what was read last counts.
    refreshSettings: () => routing.refresh().catch(() => {}),
    writeLogLines: (lines) => log.append(`${lines}\n`),
    ...(options.remotePort === undefined ? {} : { remotePort: options.remotePort }),
  });
  const follow = async (): Promise<void> => {
    await routing.refresh();
    await log.follow();
    await opened.send();
  };
  const poll = setInterval(() => void follow().catch(() => {}), SETTINGS_POLL_MS);
  poll.unref();
  return {
    async start() {
      await routing.refresh();
      await log.follow();
      await symbiont.start();
    },
    async stop(stopOptions) {
      clearInterval(poll);
      await symbiont.stop(stopOptions);
    },
  };
}

/** Made with the first policy: most domains have none. */
function lazyStsPolicies(path: string): StsPolicyStore {
  let opened: StsPolicyStore | undefined;
  const store = (): StsPolicyStore => {
    opened ??= openStsPolicies(path);
    return opened;
  };
  return {
    get: (domain) => (opened === undefined && !existsSync(path) ? undefined : store().get(domain)),
    put: (domain, policy) => store().put(domain, policy),
  };
}

/** Made when sessions are counted, or reports looked for: not without the setting. */
function lazyTlsReports(path: string): TlsReportStore {
  let opened: TlsReportStore | undefined;
  const store = (): TlsReportStore => {
    opened ??= openTlsReports(path);
    return opened;
  };
  return {
    add: (day, counts) => store().add(day, counts),
    plan: (day, report) => store().plan(day, report),
    due: (now, limit) => store().due(now, limit),
    put: (report) => store().put(report),
    finish: (day, domain) => store().finish(day, domain),
    counts: (day, domain) => store().counts(day, domain),
  };
}
