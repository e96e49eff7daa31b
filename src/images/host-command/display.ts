/** What the host command says: results on standard output, problems on standard error. */
export const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Says what is wrong; the exit status for it. */
export function complain(text: string): 1 {
  process.stderr.write(`vmsmail: ${text}\n`);
  return 1;
}
