/** AUTH: an exchange of SASL over lines of base64. Source: RFC 5034. */
import { exchangeSasl } from '../../mail-access/sasl-exchange.ts';
import { decodeBase64 } from '../../sasl/index.ts';
import { SaslLogin } from '../../system/sasl-login.ts';
import { lacksTls, offeredMechanisms, saslChannel, usableMechanisms } from '../../system/sasl-policy.ts';
import { enter, exhausted, refused } from '../enter.ts';
import { type Answer, error, lines, ok, type PopVerb } from './verb.ts';

export const auth: PopVerb = {
  states: ['authorization'],
  parameters: [0, 2],
  async obey(session, [name = '', response], dialogue) {
    const { settings, tls } = session;
    // Old clients ask so what there is.
    if (name === '') return ok('', lines(offeredMechanisms(settings, tls).map((each) => each.name)));
    const mechanism = usableMechanisms(settings, tls).find((each) => each.name === name.toUpperCase());
    if (mechanism === undefined) return error('There is no such mechanism here.');
    if (lacksTls(mechanism, settings, tls))
      return error('Begin with STLS: passwords are not taken in clear.', 'AUTH');
    const enough = exhausted(session);
    if (enough !== undefined) return enough;
    // RFC 5034 §4: `=` is an initial response without octets.
    const initial = response === undefined ? undefined : decodeBase64(response === '=' ? '' : response);
    if (response !== undefined && initial === undefined) return error('That is no base64.');
    const login = new SaslLogin(mechanism, saslChannel(settings, tls), session.attempts);
    const state = await exchangeSasl(login, initial, (challenge) => dialogue.ask(challenge));
    switch (state) {
      case 'cancelled':
        return error('Authentication cancelled.');
      case 'malformed':
        return error('That is not what the mechanism wants.');
      default:
        return state.kind === 'in'
          ? enter(session, state.account, 'maildrop locked and ready')
          : refused(session, state.isOver, { userName: '', proof: 'password' });
    }
  },
};

/** What CAPA says behind SASL. */
export const saslCapability = (mechanisms: readonly { readonly name: string }[]): readonly string[] =>
  mechanisms.length === 0 ? [] : [`SASL ${mechanisms.map(({ name }) => name).join(' ')}`];

/** RFC 1939 §7: the MD5 of the stamp and a secret that both know. tcpip-smtp.md §7.1: POP_SECRET.DAT in the MAIL directory. */
export const apop: PopVerb = {
  states: ['authorization'],
  parameters: [2, 2],
  async obey(session, [userName = '', digest = '']): Promise<Answer> {
    const { dependencies, settings, stamp, attempts } = session;
    if (!settings.offersApop) return error('Unknown command: "APOP".');
    if (!/^[0-9a-f]{32}$/i.test(digest))
      return error(`MD5 digest supplied for "${userName}" is wrong length.`);
    const enough = exhausted(session);
    if (enough !== undefined) return enough;
    const isRight = await dependencies.isApopDigest(userName, stamp, digest.toLowerCase());
    const result = await attempts.attemptByProof(userName, isRight);
    return result.kind === 'in'
      ? enter(session, result.account, 'MD5 digest ok')
      : refused(session, result.isOver, { userName, proof: 'MD5 digest' });
  },
};
