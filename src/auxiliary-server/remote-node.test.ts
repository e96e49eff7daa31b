import { expect, test } from 'vitest';
import { remoteNodeNames } from './remote-node.ts';

const names = (address: string) =>
  remoteNodeNames({ address, port: 2049, localAddress: '10.0.2.1', localPort: 25 });

test.each([
  ['10.0.2.66', '1107427338::'],
  ['127.0.0.1', '16777343::'],
  // The last octet is the high byte: above 127 the longword is negative, as DCL's integers are.
  ['192.0.2.200', '-939392832::'],
  ['2001:db8::1', '0::'],
])('%s is SYS$REM_NODE %s', (address, want) => {
  expect(names(address)).toEqual({
    SYS$REM_NODE: want,
    SYS$REM_NODE_FULLNAME: address,
    SYS$REM_ID: '2049',
  });
});
