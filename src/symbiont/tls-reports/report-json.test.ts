/** The example of RFC 8460, appendix B, from what is counted. */
import { expect, it } from 'vitest';
import { reportText } from './report-json.ts';

it('is what RFC 8460 shows', () => {
  const text = reportText({
    day: Date.UTC(2016, 3, 1) / 86_400_000,
    domain: 'company-y.example',
    id: '5065427c-23d3-47ca-b6e0-946ea0e8c4be',
    submitter: 'Company-X',
    contact: 'sts-reporting@company-x.example',
    counts: [
      {
        domain: 'company-y.example',
        policy: {
          type: 'sts',
          domain: 'company-y.example',
          strings: ['version: STSv1', 'mode: testing', 'mx: *.mail.company-y.example', 'max_age: 86400'],
          mxHosts: ['*.mail.company-y.example'],
        },
        successes: 5_326,
        failures: 303,
        details: [
          {
            result: 'certificate-expired',
            sendingAddress: '2001:db8:abcd:0012::1',
            host: 'mx1.mail.company-y.example',
            sessions: 100,
          },
          {
            result: 'starttls-not-supported',
            sendingAddress: '2001:db8:abcd:0013::1',
            host: 'mx2.mail.company-y.example',
            address: '203.0.113.56',
            sessions: 200,
          },
          {
            result: 'validation-failure',
            sendingAddress: '198.51.100.62',
            address: '203.0.113.58',
            host: 'mx-backup.mail.company-y.example',
            reason: 'X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED',
            sessions: 3,
          },
        ],
      },
    ],
  });
  // Without "additional-information", a link of theirs.
  expect(JSON.parse(text)).toEqual({
    'organization-name': 'Company-X',
    'date-range': { 'start-datetime': '2016-04-01T00:00:00Z', 'end-datetime': '2016-04-01T23:59:59Z' },
    'contact-info': 'sts-reporting@company-x.example',
    'report-id': '5065427c-23d3-47ca-b6e0-946ea0e8c4be',
    policies: [
      {
        policy: {
          'policy-type': 'sts',
          'policy-string': [
            'version: STSv1',
            'mode: testing',
            'mx: *.mail.company-y.example',
            'max_age: 86400',
          ],
          'policy-domain': 'company-y.example',
          'mx-host': ['*.mail.company-y.example'],
        },
        summary: { 'total-successful-session-count': 5326, 'total-failure-session-count': 303 },
        'failure-details': [
          {
            'result-type': 'certificate-expired',
            'sending-mta-ip': '2001:db8:abcd:0012::1',
            'receiving-mx-hostname': 'mx1.mail.company-y.example',
            'failed-session-count': 100,
          },
          {
            'result-type': 'starttls-not-supported',
            'sending-mta-ip': '2001:db8:abcd:0013::1',
            'receiving-mx-hostname': 'mx2.mail.company-y.example',
            'receiving-ip': '203.0.113.56',
            'failed-session-count': 200,
          },
          {
            'result-type': 'validation-failure',
            'sending-mta-ip': '198.51.100.62',
            'receiving-ip': '203.0.113.58',
            'receiving-mx-hostname': 'mx-backup.mail.company-y.example',
            'failed-session-count': 3,
            'failure-reason-code': 'X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED',
          },
        ],
      },
    ],
  });
});
