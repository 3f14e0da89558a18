"""Reads and writes snapshots by blocks, as a backup program does with boto3.

    blocks.py read SNAPSHOT COUNT        MD5 of the first COUNT blocks, zeros where nothing is kept
    blocks.py copy SNAPSHOT              a new snapshot of the same blocks, written from here; prints its id
    blocks.py story                      writes, reads and compares snapshots of its own; prints what came of it
"""
import base64
import hashlib
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

BLOCK = 524288
config = Config(retries={'total_max_attempts': 6, 'mode': 'standard'}, max_pool_connections=8)
ebs, ec2 = boto3.client('ebs', config=config), boto3.client('ec2', config=config)


def sha(data):
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def listed(snapshot, operation=ebs.list_snapshot_blocks, member='Blocks', **given):
    blocks, token = [], {}
    while True:
        page = operation(**{'SnapshotId': snapshot} if not given else given, **token)
        blocks += page[member]
        if not page.get('NextToken'):
            return blocks
        token = {'NextToken': page['NextToken']}


def get(snapshot, block):
    answer = ebs.get_snapshot_block(SnapshotId=snapshot, BlockIndex=block['BlockIndex'], BlockToken=block['BlockToken'])
    data = answer['BlockData'].read()
    assert len(data) == BLOCK == answer['DataLength'] and answer['Checksum'] == sha(data)
    return block['BlockIndex'], data


def read(snapshot):
    with ThreadPoolExecutor(4) as pool:
        return dict(pool.map(lambda block: get(snapshot, block), listed(snapshot)))


def write(blocks, size, **how):
    snapshot = ebs.start_snapshot(VolumeSize=size, **how)['SnapshotId']
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda item: ebs.put_snapshot_block(
            SnapshotId=snapshot, BlockIndex=item[0], BlockData=item[1], DataLength=BLOCK, Checksum=sha(item[1]),
            ChecksumAlgorithm='SHA256'), blocks.items()))
    linear = sha(b''.join(hashlib.sha256(data).digest() for _, data in sorted(blocks.items())))
    ebs.complete_snapshot(SnapshotId=snapshot, ChangedBlocksCount=len(blocks), Checksum=linear,
                          ChecksumAlgorithm='SHA256', ChecksumAggregationMethod='LINEAR')
    ec2.get_waiter('snapshot_completed').wait(SnapshotIds=[snapshot], WaiterConfig={'Delay': 1, 'MaxAttempts': 60})
    return snapshot


def changed(first, second):
    return [block['BlockIndex'] for block in listed(
        second, ebs.list_changed_blocks, 'ChangedBlocks', FirstSnapshotId=first, SecondSnapshotId=second)]


def story():
    blocks = {i * 9: os.urandom(BLOCK) for i in range(24)}
    one = write(blocks, 1)
    print('read', read(one) == blocks)
    child = write({9: bytes(BLOCK), 2047: blocks[0]}, 1, ParentSnapshotId=one)
    expected = {**blocks, 2047: blocks[0]}
    del expected[9]
    print('child', read(child) == expected)
    print('changed', changed(one, child))
    sealed = write(blocks, 1, Encrypted=True)
    print('encrypted', read(sealed) == blocks,
          ec2.describe_snapshots(SnapshotIds=[sealed])['Snapshots'][0]['Encrypted'])
    ec2.delete_snapshot(SnapshotId=one)
    print('orphan', read(child) == expected)


if sys.argv[1] == 'read':
    found, digest = read(sys.argv[2]), hashlib.md5()
    for index in range(int(sys.argv[3])):
        digest.update(found.get(index, bytes(BLOCK)))
    print(digest.hexdigest())
elif sys.argv[1] == 'copy':
    print(write(read(sys.argv[2]), ec2.describe_snapshots(SnapshotIds=[sys.argv[2]])['Snapshots'][0]['VolumeSize']))
else:
    story()
