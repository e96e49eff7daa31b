/** /OWNER_UIC and /BY_OWNER: `[200,1]` in octal, or the name of a user. Source: DCL Dictionary, SET DIRECTORY. */
import { DCL } from '../command-definition/index.ts';
import { Condition } from '../condition/index.ts';
import type { Uic } from '../ports/file-header.ts';
import type { ProcessContext } from './process.ts';

/** Throws DCL INVUIC. */
export async function uicOf(text: string, process: ProcessContext): Promise<Uic> {
  const inside = text.trim().replace(/^\[(.*)\]$/s, '$1');
  const [, group, member] = /^([0-7]{1,5}),([0-7]{1,6})$/.exec(inside) ?? [];
  if (group !== undefined && member !== undefined) {
    const uic = { group: Number.parseInt(group, 8), member: Number.parseInt(member, 8) };
    if (uic.group <= 0o37776 && uic.member <= 0o177776) return uic;
  }
  const name = inside.replace(/^[^,]*,/, '').toUpperCase();
  if (name === process.account.userName) return process.account.uic;
  const account = await process.node.account(name);
  if (account === undefined) throw new Condition(DCL.INVUIC);
  return account.uic;
}

export const isSameUic = (one: Uic, other: Uic): boolean =>
  one.group === other.group && one.member === other.member;
