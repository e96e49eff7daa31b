"""dkimpy and pyspf, asked one question a line: JSON in, JSON out. The DNS is a table in the question."""
import base64
import json
import sys

import dkim
import spf


def txt_of(table):
    def lookup(name, timeout=5):
        name = name.decode() if isinstance(name, bytes) else name
        text = table.get(name.rstrip('.').lower())
        return None if text is None else text.encode()
    return lookup


def answers(dns):
    def lookup(name, qtype, tcpfallback=True, timeout=30):
        records = dns.get(name.rstrip('.').lower(), {}).get(qtype, [])
        wrapped = {'TXT': lambda text: [text.encode()], 'MX': tuple}.get(qtype, lambda value: value)
        return [((name, qtype), wrapped(each)) for each in records]
    return lookup


def verified(message, index, txt):
    try:
        return dkim.DKIM(message).verify(index, dnsfunc=txt_of(txt))
    except (dkim.DKIMException, ValueError):
        # What is no signature is none that is good.
        return False


def answer(question):
    kind = question['kind']
    if kind == 'spf':
        spf.DNSLookup = answers(question['dns'])
        return spf.check2(i=question['address'], s=question['sender'], h=question['helo'])[0]
    message = base64.b64decode(question['message'])
    if kind == 'verify':
        signatures = dkim.DKIM(message)
        count = sum(1 for name, _ in signatures.headers if name.lower() == b'dkim-signature')
        return [verified(message, index, question['txt']) for index in range(count)]
    if kind == 'sign':
        field = dkim.sign(
            message,
            question['selector'].encode(),
            question['domain'].encode(),
            question['key'].encode(),
            canonicalize=tuple(each.encode() for each in question['canonicalize']),
            signature_algorithm=question['algorithm'].encode(),
            length=question.get('length', False),
        )
        return field.decode()
    if kind == 'arc':
        status, _, reason = dkim.arc_verify(message, dnsfunc=txt_of(question['txt']))
        return (status or b'').decode()
    if kind == 'seal':
        fields = dkim.arc_sign(
            message,
            question['selector'].encode(),
            question['domain'].encode(),
            question['key'].encode(),
            question['authservId'].encode(),
        )
        return b''.join(fields).decode()
    raise ValueError(kind)


for line in sys.stdin:
    try:
        result = {'result': answer(json.loads(line))}
    except Exception as error:  # the test shows it
        result = {'error': f'{type(error).__name__}: {error}'}
    print(json.dumps(result), flush=True)
