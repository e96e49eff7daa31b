import { isCondition, RMS } from '../../condition/index.ts';

/** Whether another session has removed the message while it was read: it is not found then, and nothing has failed. */
export const isGone = (failure: unknown): boolean => isCondition(failure) && failure.value === RMS.FNF.value;
