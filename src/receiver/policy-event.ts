/** Clients and mail that the policy refuses: what they are told, and what operators hear. Source: tcpip-smtp.md §3.3. */
import type { Clock } from '../ports/clock.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';
import type { ReceiverSettings } from './receiver-settings.ts';

export type PolicyEvent =
  | 'Unbacktranslatable-IP'
  | 'Bad-Clients'
  | 'Client-In-RBL'
  | 'Reject-Mail-From'
  | 'Unqualified-Sender'
  | 'Unresolvable-Domain'
  | 'SPAM-Relay';

/** What is refused by rules that the product does not have. */
export type RefusalEvent = PolicyEvent | 'DMARC-Policy' | 'Rate' | 'Filter';

/** Security: FRIENDLY. */
const friendlyTexts: Readonly<Record<PolicyEvent, string>> = {
  'Unbacktranslatable-IP': "I can't backtranslate your IP address to a host name.",
  'Bad-Clients': 'Your IP address or subnet is in my list of bad ones.',
  'Client-In-RBL': 'Your IP address is in my RBL list.',
  'Reject-Mail-From': 'That sender address is in my list of bad ones.',
  'Unqualified-Sender': 'That sender address is unqualified.',
  'Unresolvable-Domain': 'That sender address is unresolvable into a host name or MX domain.',
  'SPAM-Relay': 'Both you and the recipient are unknown to me. I will not relay.',
};

/** The site's own text, else that of Security. */
export function policyText(event: PolicyEvent, { policyTexts, friendly }: ReceiverSettings): string {
  const own = policyTexts[event];
  if (own !== undefined) return own;
  if (friendly) return friendlyTexts[event];
  return event === 'SPAM-Relay' ? 'User not local, Relay disabled.' : 'Closing transmission channel.';
}

/** Deviation: the product tells each one; a flood of refused clients must not fill OPERATOR.LOG. */
const SILENT_MS = 60_000;

/** Tells operators of refusals: the first of a kind at once, those of the next minute together. */
export class PolicyEvents {
  readonly #clock: Clock;
  readonly #operator: Pick<OperatorCommunication, 'operatorMessage'>;
  readonly #told = new Map<RefusalEvent, { at: number; untold: number }>();

  constructor(clock: Clock, operator: Pick<OperatorCommunication, 'operatorMessage'>) {
    this.#clock = clock;
    this.#operator = operator;
  }

  note(event: RefusalEvent, client: string): void {
    const now = this.#clock.now();
    const before = this.#told.get(event);
    // A clock set back must not silence it for ever.
    if (before !== undefined && Math.abs(now - before.at) < SILENT_MS) {
      before.untold += 1;
      return;
    }
    const more = before === undefined || before.untold === 0 ? '' : `, and ${before.untold} before`;
    this.#told.set(event, { at: now, untold: 0 });
    this.#operator.operatorMessage('NETWORK', 'TCPIP$SMTP', `Client ${client} refused: ${event}${more}`);
  }
}
