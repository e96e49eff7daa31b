/** The reply of every extension to a value it cannot read. */
import { reply } from '../../smtp/reply.ts';

export const badParameter = reply(501, 'Syntax error in parameters or arguments', '5.5.4');
