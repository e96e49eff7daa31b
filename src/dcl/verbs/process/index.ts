import { setProcessVerbs } from './set-process.ts';
import { showProcessVerbs } from './show-process.ts';
import { showStatusVerbs } from './show-status.ts';
import { showSystemVerbs } from './show-system.ts';
import { showUsersVerbs } from './show-users.ts';

export const processVerbs = [
  ...setProcessVerbs,
  ...showProcessVerbs,
  ...showStatusVerbs,
  ...showSystemVerbs,
  ...showUsersVerbs,
];
