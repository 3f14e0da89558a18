#!/usr/bin/env python3
"""Writes what the AWS SDK's model classes do not say, from botocore's service models, one JSON file a service.

A developer's tool: run it after a rise of the SDK's version or to add a service, look at the difference, check it in.

    python3 common/src/tools/aws_facts.py [service ...]

A file holds: how the service is named and reached; its operations, those with an HTTP binding as method, URI,
success status and the query parameters and headers that they demand, and whether their body may go unsigned; its error codes where they are not the name of
the error's shape, or their status is not 400; and the constraints of members by structure. See Facts.java, its reader.
"""
import json
import pathlib
import sys

import botocore
import botocore.session

SERVICES = ('ec2 ebs iam sts elbv2 autoscaling cloudwatch sns rds s3 s3control route53 lambda ecs sqs dynamodb logs kms').split()
FOLDER = pathlib.Path(__file__).resolve().parents[1] / 'main/resources/io/brume/common/aws/facts'

WIRES = {'ec2': 'EC2_QUERY', 'query': 'AWS_QUERY', 'rest-xml': 'REST_XML', 'rest-json': 'REST_JSON',
         'json1.0': 'AWS_JSON_1_0', 'json1.1': 'AWS_JSON_1_1', 'smithy-rpc-v2-cbor': 'RPC_V2_CBOR'}

# The models' namespaces of these two are not what the services send.
NAMESPACES = {'ec2': 'http://ec2.amazonaws.com/doc/2016-11-15/',
              's3': 'http://s3.amazonaws.com/doc/2006-03-01/',
              'route53': 'https://route53.amazonaws.com/doc/2013-04-01/'}

# S3's answers are not named after their shapes; AWS's API reference shows these roots.
S3_ROOTS = {
    'CompleteMultipartUpload': 'CompleteMultipartUploadResult',
    'CreateMultipartUpload': 'InitiateMultipartUploadResult',
    'CreateSession': 'CreateSessionResult',
    'DeleteObjects': 'DeleteResult',
    'GetBucketAccelerateConfiguration': 'AccelerateConfiguration',
    'GetBucketAcl': 'AccessControlPolicy',
    'GetBucketCors': 'CORSConfiguration',
    'GetBucketLifecycleConfiguration': 'LifecycleConfiguration',
    'GetBucketLocation': 'LocationConstraint',
    'GetBucketLogging': 'BucketLoggingStatus',
    'GetBucketNotificationConfiguration': 'NotificationConfiguration',
    'GetBucketRequestPayment': 'RequestPaymentConfiguration',
    'GetBucketTagging': 'Tagging',
    'GetBucketVersioning': 'VersioningConfiguration',
    'GetBucketWebsite': 'WebsiteConfiguration',
    'GetObjectAcl': 'AccessControlPolicy',
    'GetObjectAttributes': 'GetObjectAttributesResponse',
    'GetObjectTagging': 'Tagging',
    'ListBucketAnalyticsConfigurations': 'ListBucketAnalyticsConfigurationResult',
    'ListBucketIntelligentTieringConfigurations': 'ListBucketIntelligentTieringConfigurationsResult',
    'ListBucketInventoryConfigurations': 'ListInventoryConfigurationsResult',
    'ListBucketMetricsConfigurations': 'ListMetricsConfigurationsResult',
    'ListBuckets': 'ListAllMyBucketsResult',
    'ListDirectoryBuckets': 'ListAllMyDirectoryBucketsResult',
    'ListMultipartUploads': 'ListMultipartUploadsResult',
    'ListObjectVersions': 'ListVersionsResult',
    'ListObjects': 'ListBucketResult',
    'ListObjectsV2': 'ListBucketResult',
    'ListParts': 'ListPartsResult',
}

# The codes for a required member that is absent, and for one out of bounds, where they are not what the protocol's other
# services answer (Api.java). From the services' API references; the models do not say.
VALIDATION_CODES = {
    'cloudwatch': ('MissingParameter', 'InvalidParameterValue'),
    'ecs': ('InvalidParameterException', 'InvalidParameterException'),
    'logs': ('InvalidParameterException', 'InvalidParameterException'),
    'rds': ('MissingParameter', 'InvalidParameterValue'),
    's3': ('InvalidRequest', 'InvalidArgument'),
    'sns': ('InvalidParameter', 'InvalidParameter'),
    'sqs': ('MissingParameter', 'InvalidParameterValue'),
}

# Services none of whose operations share a route: what a request lacks is then a matter of validation, not of routing.
UNAMBIGUOUS = {'ebs'}

# Shapes whose pattern in the model the service itself does not keep: S3 Control tags arn:aws:s3:::bucket.
WRONG_PATTERNS = {'S3ResourceArn'}

# The prefix of the service's actions in policies, where it is not the name in signatures.
ACTION_PREFIXES = {'cloudwatch': 'cloudwatch'}


# SQS's codes of the time when it spoke awsQuery. Its model has lost them, its clients still expect them in a header.
SQS_CODES = {
    'BatchEntryIdsNotDistinct': 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
    'BatchRequestTooLong': 'AWS.SimpleQueueService.BatchRequestTooLong',
    'EmptyBatchRequest': 'AWS.SimpleQueueService.EmptyBatchRequest',
    'InvalidBatchEntryId': 'AWS.SimpleQueueService.InvalidBatchEntryId',
    'MessageNotInflight': 'AWS.SimpleQueueService.MessageNotInflight',
    'PurgeQueueInProgress': 'AWS.SimpleQueueService.PurgeQueueInProgress',
    'QueueDeletedRecently': 'AWS.SimpleQueueService.QueueDeletedRecently',
    'QueueDoesNotExist': 'AWS.SimpleQueueService.NonExistentQueue',
    'QueueNameExists': 'QueueAlreadyExists',
    'TooManyEntriesInBatchRequest': 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
    'UnsupportedOperation': 'AWS.SimpleQueueService.UnsupportedOperation',
}


def wire(protocol, metadata):
    return WIRES[protocol + metadata.get('jsonVersion', '1.1') if protocol == 'json' else protocol]


def needs(model, shape_name):
    """The query parameters and headers without which a request does not mean this operation."""
    shape = model['shapes'].get(shape_name, {})
    found = []
    for name in shape.get('required', []):
        member = shape['members'][name]
        if member.get('location') in ('querystring', 'header'):
            found.append(('?' if member['location'] == 'querystring' else ':') + member.get('locationName', name))
    return found


def operations(service, model, rest):
    found, taken = {}, {}
    # Two operations on one route cannot be told apart. One is deprecated, or for another host (S3's directory buckets):
    # the other one, which has the shorter name, wins.
    def order(entry):
        return entry[1].get('deprecated', False), len(entry[0]), entry[0]

    for name, operation in sorted(model['operations'].items(), key=order):
        facts, http = {}, operation['http']
        if rest:
            facts['route'] = http['method'] + ' ' + http['requestUri']
            must = [] if service in UNAMBIGUOUS else needs(model, operation.get('input', {}).get('shape'))
            if must:
                facts['needs'] = must
            if http.get('responseCode', 200) != 200:
                facts['status'] = http['responseCode']
            key = (facts['route'], tuple(must))
            if key in taken:
                print('%s %s has the route of %s' % (service, name, taken[key]), file=sys.stderr)
                continue
            taken[key] = name
        if 'output' not in operation:
            facts['noOutput'] = True
        # S3's dialect knows unsigned bodies by itself.
        if operation.get('unsignedPayload') and service != 's3':
            facts['unsignedPayload'] = True
        if service == 's3' and name in S3_ROOTS:
            facts['root'] = S3_ROOTS[name]
        found[name] = facts
    return dict(sorted(found.items()))


def errors(service, model):
    codes = SQS_CODES if service == 'sqs' else {}
    found = {}
    for name, shape in model['shapes'].items():
        if not shape.get('exception'):
            continue
        error = shape.get('error', {})
        facts = {}
        code = codes.get(name, error.get('code', name))
        if code != name:
            facts['code'] = code
        status = error.get('httpStatusCode', 500 if shape.get('fault') else 400)
        if status != 400:
            facts['status'] = status
        found[name] = facts
    return dict(sorted(found.items()))


def constraint(model, shape_name, depth=0):
    shape = model['shapes'][shape_name]
    found = {k: shape[k] for k in ('min', 'max', 'pattern') if k in shape}
    if shape_name in WRONG_PATTERNS:
        found.pop('pattern', None)
    if shape['type'] in ('integer', 'long', 'float', 'double', 'string', 'blob', 'list', 'map'):
        if depth < 4 and shape['type'] == 'list':
            member = constraint(model, shape['member']['shape'], depth + 1)
            if member:
                found['member'] = member
        if depth < 4 and shape['type'] == 'map':
            for part in ('key', 'value'):
                inner = constraint(model, shape[part]['shape'], depth + 1)
                if inner:
                    found[part] = inner
        return found
    return {}


def constraints(model):
    """By structure, in lower case since the SDK writes acronyms its own way; a request is named by its operation."""
    structures = {name: name for name, s in model['shapes'].items() if s['type'] == 'structure'}
    for name, operation in model['operations'].items():
        if 'input' in operation:
            structures.pop(operation['input']['shape'], None)
        if 'output' in operation:
            structures.pop(operation['output']['shape'], None)
    for name, operation in model['operations'].items():
        if 'input' in operation:
            structures[name + 'Request'] = operation['input']['shape']
    found = {}
    for name, shape_name in structures.items():
        members, shape = {}, model['shapes'][shape_name]
        for member, ref in shape.get('members', {}).items():
            limits = constraint(model, ref['shape'])
            if member in shape.get('required', []) and not ref.get('idempotencyToken'):
                limits['required'] = True
            if limits:
                members[member] = limits
        if members:
            found[name.lower()] = dict(sorted(members.items()))
    return dict(sorted(found.items()))


def facts(service, model):
    metadata = model['metadata']
    protocols = metadata.get('protocols') or [metadata['protocol']]
    rest = any(p.startswith('rest') for p in protocols)
    found = {
        'service': service,
        'source': 'botocore ' + botocore.__version__,
        'signingName': metadata.get('signingName', metadata['endpointPrefix']),
        'endpointPrefix': metadata['endpointPrefix'],
        'version': metadata['apiVersion'],
        'wires': [wire(p, metadata) for p in protocols],
        'namespace': NAMESPACES.get(service, metadata.get('xmlNamespace')),
        'targetPrefix': metadata.get('targetPrefix'),
        'queryCompatible': 'awsQueryCompatible' in metadata,
        'actionPrefix': ACTION_PREFIXES.get(service),
        'validationCodes': VALIDATION_CODES.get(service),
        'operations': operations(service, model, rest),
        'errors': errors(service, model),
        'constraints': constraints(model),
    }
    return {k: v for k, v in found.items() if v is not None and v is not False and v != {}}


def text(found):
    """One line an entry, so that a difference between two versions can be read."""
    lines = []
    for key, value in found.items():
        if isinstance(value, dict):
            inner = ',\n'.join('  %s: %s' % (json.dumps(k), json.dumps(v, separators=(',', ':'))) for k, v in value.items())
            lines.append('%s: {\n%s\n}' % (json.dumps(key), inner))
        else:
            lines.append('%s: %s' % (json.dumps(key), json.dumps(value)))
    return '{\n' + ',\n'.join(lines) + '\n}\n'


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    loader = botocore.session.get_session().get_component('data_loader')
    for service in sys.argv[1:] or SERVICES:
        model = loader.load_service_model(service, 'service-2')
        (FOLDER / (service + '.json')).write_text(text(facts(service, model)))


if __name__ == '__main__':
    main()
