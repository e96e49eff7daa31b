/**
 * MT-PRIORITY: -9 to 9 becomes the priority of the entry, 10 to 190 around the usual 100. A stranger may lower it: what he
 * asks above 0 counts as 0, and the reply says so (RFC 6710 §4.1). Source: RFC 6710.
 */
import { isStranger } from '../session.ts';
import type { SmtpExtension } from './extension.ts';
import { badParameter } from './replies.ts';

/** Priority of an entry that asks for none. queues.md */
const USUAL_PRIORITY = 100;
const STEP = 10;

export const mtPriority: SmtpExtension = {
  offered: () => 'MT-PRIORITY',
  parameters: {
    'MT-PRIORITY'(value, asked, session) {
      if (!/^(?:-[1-9]|\d)$/.test(value)) return badParameter;
      const wanted = Number(value);
      const given = isStranger(session) ? Math.min(wanted, 0) : wanted;
      return {
        ...asked,
        priority: USUAL_PRIORITY + given * STEP,
        envelope: { ...asked.envelope, priority: given },
        ...(given === wanted ? {} : { remark: `priority set to ${given}` }),
      };
    },
  },
};
