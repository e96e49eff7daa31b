/**
 * Events of a service, to operators and to the log, as /LOG_OPTIONS asks. Source: tcpip-smtp.md §1.2 (form), §1.4.
 */
import type { Log } from '../ports/log.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';
import type { ConnectionPeer } from '../ports/service-launcher.ts';
import type { Service } from '../ports/system-store.ts';

/** Keyword of /LOG_OPTIONS → words of the message. */
const eventWords = {
  ACCEPT: 'Accept Request',
  ACTIVATE: 'Activate Process',
  DEACTIVATE: 'Deactivate Process',
  REJECT: 'Reject Request',
  ERROR: 'Error',
} as const;
export type ServiceEvent = keyof typeof eventWords;

export interface EventLog {
  /** Says it where the service logs such events. */
  event(service: Service, event: ServiceEvent, peer: ConnectionPeer, detail?: string): void;
  /** A change of the service itself: option MODIFY. */
  modified(service: Service, what: string): void;
  /** What an operator has to know, whatever the options; an alarm about the service. */
  trouble(service: string, text: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Sender of the messages, as recorded: `Message from user INTERnet on HEARTS`. */
const SENDER = 'INTERnet';

export function createEventLog(deps: {
  readonly opcom: Pick<OperatorCommunication, 'operatorMessage'>;
  readonly log: Log;
}): EventLog {
  const tell = (text: string): void => deps.opcom.operatorMessage('NETWORK', SENDER, text);
  return {
    event(service, event, peer, detail) {
      if (!isLogged(service, event)) return;
      tell(
        `INTERnet ACP ${service.name} ${eventWords[event]} from Host: ${peer.address} Port: ${peer.port}` +
          (detail === undefined ? '' : `\n${detail}`),
      );
      deps.log.info({ service: service.name, event, peer: peer.address, port: peer.port }, 'service event');
    },
    modified(service, what) {
      if (!isLogged(service, 'MODIFY')) return;
      tell(`INTERnet ACP ${service.name} ${what}`);
      deps.log.info({ service: service.name, event: 'MODIFY' }, what);
    },
    trouble(service, text, fields = {}) {
      deps.opcom.operatorMessage('NETWORK', SENDER, text, { about: `service ${service}` });
      deps.log.warn({ service, ...fields }, text);
    },
  };
}

const isLogged = (service: Service, option: string): boolean =>
  service.logOptions.length > 0 &&
  (service.logOptions.includes(option) ||
    (service.logOptions.includes('ALL') && !service.logOptions.includes(`NO${option}`)));
