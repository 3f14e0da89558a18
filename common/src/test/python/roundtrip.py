#!/usr/bin/env python3
"""Sends every operation of some services through Brume's codecs and back, with botocore on the other side.

For every operation and every protocol of its service, botocore writes a request whose every member is set; the server
answers what it read. Then the server writes a response whose every member is set, and botocore reads it. One line of
JSON a check goes to standard output, with what differs, if anything does; BotocoreRoundTripIT starts this, serves, and
judges.

    roundtrip.py PORT SERVICE...

What the SDK's classes of the server do not know, since they are older or younger than this botocore, is asked from the
server, left out and counted.
"""
import base64
import datetime
import http.client
import io
import json
import sys
import urllib.parse

import botocore
import botocore.awsrequest
import botocore.parsers
import botocore.serialize
import botocore.session

NOON = datetime.datetime(2026, 11, 20, 12, 0, 1, tzinfo=datetime.timezone.utc)
WIRES = {'ec2': 'EC2_QUERY', 'query': 'AWS_QUERY', 'rest-xml': 'REST_XML', 'rest-json': 'REST_JSON',
         'json': 'AWS_JSON_1_0', 'smithy-rpc-v2-cbor': 'RPC_V2_CBOR'}

# Members that the SDK's code generator renames; their names on the wire stay.
RENAMED = {
    ('ec2', 'Return'): 'ReturnValue',
    ('ec2', 'Public'): 'PublicLaunchPermissions',
    ('dynamodb', 'NULL'): 'NUL',
    ('s3', 'Bucket', 'CopyObject'): 'DestinationBucket',
    ('s3', 'Key', 'CopyObject'): 'DestinationKey',
    ('s3', 'Bucket', 'UploadPartCopy'): 'DestinationBucket',
    ('s3', 'Key', 'UploadPartCopy'): 'DestinationKey',
    ('sns', 'AWSAccountId'): 'AWSAccountIds',
    ('sns', 'ActionName'): 'ActionNames',
}


class Server:
    def __init__(self, port):
        self.connection = http.client.HTTPConnection('127.0.0.1', port, timeout=60)

    def post(self, path, body, headers):
        self.connection.request('POST', path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, botocore.awsrequest.HeadersDict(answer.getheaders()), answer.read()

    def members(self, service, operation, side):
        """The members that the SDK's classes know, by structure; None when it has no such operation."""
        status, _, body = self.post('/', b'', {'x-ask': 'members', 'x-service': service, 'x-operation': operation,
                                               'x-side': side})
        return json.loads(body) if status == 200 else None

    def bind(self, service, request):
        url = urllib.parse.urlsplit(request.url)
        body = request.body.read() if hasattr(request.body, 'read') else request.body
        headers = {k: v.decode() if isinstance(v, bytes) else str(v) for k, v in request.headers.items()
                   if k.lower() not in ('content-length', 'expect')}
        headers.update({'x-ask': 'bind', 'x-service': service, 'x-method': request.method})
        path = (url.path or '/') + ('?' + url.query if url.query else '')
        status, _, answer = self.post(path, body, headers)
        return json.loads(answer) if status == 200 else {'__fault': '%d %s' % (status, answer.decode())}

    def respond(self, service, operation, wire, members):
        return self.post('/', json.dumps(members), {'x-ask': 'respond', 'x-service': service,
                                                    'x-operation': operation, 'x-wire': wire})


class Values:
    """A value for every member, with what is hard to carry in each place."""

    def __init__(self, service, operation, known):
        self.service, self.operation, self.known, self.left_out = service, operation, known, 0

    def structure(self, shape, structure, path):
        names = self.known['structures'].get(structure)
        found = {}
        for name, member in shape.members.items():
            if member.serialization.get('streaming') or member.serialization.get('eventstream'):
                continue
            if names is not None and self.sdk_name(name) not in names:
                self.left_out += 1
                continue
            below = names.get(self.sdk_name(name)) if names is not None else None
            if path.count(member.name) > 1 and member.type_name in ('structure', 'list', 'map'):
                continue
            found[name] = self.value(member, name, below, path + [member.name])
            if getattr(shape, 'is_tagged_union', False):
                break
        return found

    def sdk_name(self, name):
        return RENAMED.get((self.service, name, self.operation)) or RENAMED.get((self.service, name)) or name

    def value(self, shape, name, structure, path):
        kind, place = shape.type_name, shape.serialization.get('location')
        if kind == 'structure':
            if getattr(shape, 'is_document_type', False):
                return {'a': [1, 'b', None, True]}
            return self.structure(shape, structure, path)
        if kind == 'list':
            if len(path) > 16:
                return []
            member = shape.member
            return [self.scalar(member, name + end, place) if self.is_scalar(member)
                    else self.value(member, name, structure, path + [member.name]) for end in ('', '2')]
        if kind == 'map':
            keys = (getattr(shape.key, 'enum', None) or ['k-1', 'k-2'])[:2]
            return {key: self.scalar(shape.value, key, place) if self.is_scalar(shape.value)
                    else self.value(shape.value, key, structure, path + [shape.value.name]) for key in keys}
        return self.scalar(shape, name, place)

    @staticmethod
    def is_scalar(shape):
        return shape.type_name not in ('structure', 'list', 'map')

    @staticmethod
    def scalar(shape, name, place):
        kind = shape.type_name
        if kind == 'string':
            if shape.serialization.get('jsonvalue'):
                return {'a': 1}
            if getattr(shape, 'enum', None):
                return shape.enum[0] or shape.enum[-1]
            if shape.serialization.get('hostLabel'):
                return 'a-label'
            if place in ('header', 'headers'):
                return 'of ' + name
            if place == 'uri':
                return 'of %s+é' % name
            return ' <%s> & "é😀" + = %%41\t' % name
        return {'integer': 41, 'long': 4100000000, 'float': 1.5, 'double': -0.25, 'boolean': True,
                'timestamp': NOON, 'blob': b'\x00bytes\xff'}[kind]

    def to_sdk(self, members):
        """Values as the server takes and gives them."""
        if isinstance(members, dict):
            return {self.sdk_name(k): self.to_sdk(v) for k, v in members.items()}
        if isinstance(members, list):
            return [self.to_sdk(v) for v in members]
        if isinstance(members, datetime.datetime):
            return members.timestamp()
        if isinstance(members, (bytes, bytearray)):
            return base64.b64encode(bytes(members)).decode()
        return members


def difference(wanted, got, path=''):
    if isinstance(wanted, dict) and isinstance(got, dict):
        for key in sorted(wanted.keys() | got.keys()):
            if key not in got:
                return path + '.' + key + ' is missing'
            if key not in wanted:
                return path + '.' + key + ' is too much'
            found = difference(wanted[key], got[key], path + '.' + key)
            if found:
                return found
        return None
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        return next(filter(None, (difference(a, b, path + '[]') for a, b in zip(wanted, got))), None)
    if isinstance(wanted, (int, float)) and isinstance(got, (int, float)):
        return None if abs(wanted - got) < 1e-6 else '%s is %r, not %r' % (path, got, wanted)
    return None if wanted == got else '%s is %r, not %r' % (path, got, wanted)


def without_length(members):
    """Content-Length belongs to the HTTP client, whatever the model says."""
    return {k: v for k, v in members.items() if k != 'ContentLength'}


def check_request(server, service, protocol, name, operation):
    known = server.members(service, name, 'request')
    if known is None:
        return None, 0
    values = Values(service, name, known)
    params = values.structure(operation.input_shape, known['root'], []) if operation.input_shape else {}
    serializer = botocore.serialize.create_serializer(protocol, False)
    prepared = serializer.serialize_to_request(dict(params), operation)
    botocore.awsrequest.prepare_request_dict(prepared, endpoint_url='http://127.0.0.1',
                                             context={'is_presign_request': False})
    request = botocore.awsrequest.AWSRequest(method=prepared['method'], url=prepared['url'], data=prepared['body'],
                                             headers=prepared['headers']).prepare()
    got = server.bind(service, request)
    if '__fault' in got:
        return {'difference': got['__fault']}, values.left_out
    routed = got.pop('__operation')
    if routed != name:
        return {'difference': 'routed to ' + routed}, values.left_out
    return {'difference': difference(without_length(values.to_sdk(params)), without_length(got))}, values.left_out


def check_response(server, service, protocol, name, operation):
    shape = operation.output_shape
    known = server.members(service, name, 'response')
    if shape is None or known is None:
        return None, 0
    values = Values(service, name, known)
    params = values.structure(shape, known['root'], [])
    for member, inner in shape.members.items():
        if inner.serialization.get('location') == 'statusCode' and member in params:
            params[member] = 200
    status, headers, body = server.respond(service, name, WIRES[protocol], values.to_sdk(params))
    if status == 500:
        return {'difference': body.decode()}, values.left_out
    streaming = shape.serialization.get('payload') if operation.has_streaming_output else None
    answer = {'status_code': status, 'headers': headers, 'body': io.BytesIO(body) if streaming else body, 'context': {}}
    parsed = botocore.parsers.create_parser(protocol).parse(answer, shape)
    for left in ('ResponseMetadata', streaming):
        parsed.pop(left, None)
        params.pop(left, None)
    if 'x-length' in headers:
        parsed['ContentLength'] = int(headers['x-length'])
    plain = Values(service, name, {'structures': {}})
    return {'difference': difference(plain.to_sdk(params), plain.to_sdk(parsed))}, values.left_out


def main():
    server, session = Server(int(sys.argv[1])), botocore.session.get_session()
    print(json.dumps({'botocore': botocore.__version__}), flush=True)
    for service in sys.argv[2:]:
        model = session.get_service_model(service)
        for protocol in model.metadata.get('protocols') or [model.metadata['protocol']]:
            for name in model.operation_names:
                operation = model.operation_model(name)
                if operation.has_event_stream_input or operation.has_event_stream_output:
                    continue
                for kind, check in (('request', check_request), ('response', check_response)):
                    try:
                        outcome, left_out = check(server, service, protocol, name, operation)
                    except Exception as e:
                        outcome, left_out = {'difference': repr(e)}, 0
                    if outcome is None and kind == 'response' and operation.output_shape is None:
                        continue
                    line = {'check': ' '.join((kind, service, protocol, name)), 'wire': WIRES[protocol],
                            'service': service, 'known': outcome is not None, 'newer': left_out}
                    line.update(outcome or {})
                    print(json.dumps(line), flush=True)


if __name__ == '__main__':
    main()
