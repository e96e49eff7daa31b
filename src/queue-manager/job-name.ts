/**
 * `yymmddhhmmsscc_user-name`: job name and name of the control file, and the specification SHOW QUEUE/FULL prints.
 * Source: tcpip-smtp.md §2.2.
 */
const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

/** Local time, hundredths of a second. 39 characters at most, as a job name may have. */
export function createJobNames(): (instant: number, userName: string) => string {
  // Broken down once a second: many entries share it.
  let second = Number.NaN;
  let stamp = '';
  return (instant, userName) => {
    const now = Math.floor(instant / 1000);
    if (now !== second) {
      stamp = secondStamp(new Date(instant));
      second = now;
    }
    return `${stamp}${two(Math.floor((instant % 1000) / 10))}_${userName}`.slice(0, 39);
  };
}

const secondStamp = (time: Date): string =>
  [
    time.getFullYear() % 100,
    time.getMonth() + 1,
    time.getDate(),
    time.getHours(),
    time.getMinutes(),
    time.getSeconds(),
  ]
    .map(two)
    .join('');

/** User parts of mail that belongs to the Postmaster directory, not to a user's. */
const postmasterUsers = new Set(['TCPIP$SMTP', 'MAIL$SERVER', 'SYSTEM']);

/**
 * `_HEARTS$DKA0:[MARLOW]97020701511458_MARLOW.TCPIP_HEARTS;1`.
 * @param fileDirectory  device and directory of mail received by SMTP; a user's own mail shows the user's directory
 */
export function fileSpecification(
  fileDirectory: string,
  nodeName: string,
  name: string,
  userName: string,
): string {
  const directory = postmasterUsers.has(userName)
    ? fileDirectory
    : fileDirectory.replace(/\[.*\]$/, `[${userName}]`);
  return `${directory}${name}.TCPIP_${nodeName};1`;
}
