#!/usr/bin/env python3
"""Counts how many volumes a minute are made and attached, as a client sees it.

    ./brume --data DIR --hypervisor simulated --storage-nodes 3 up
    eval "$(./brume --data DIR env)"; bench/volumes.py [--count N] [--at-once N] [--size GIB] [--image IMAGE]

Each volume: CreateVolume, until it is 'available', AttachVolume, until it is 'attached'; several at once. Then all are detached
and deleted. Without --image it registers one that only simulated hosts can import. Needs boto3.
"""
import argparse
import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import boto3

# AWS's device names for what is attached; an instance takes fewer.
DEVICES = [f"/dev/sd{letter}" for letter in "fghijklmnop"]
TAG = {"Key": "bench", "Value": "volumes"}


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def show(name, seconds):
    print(f"{name:<32} n={len(seconds):<4} p50 {percentile(seconds, .5) * 1000:8.0f} ms"
          f"   p99 {percentile(seconds, .99) * 1000:8.0f} ms   max {max(seconds) * 1000:8.0f} ms")


def timed(times, call, **parameters):
    begin = time.monotonic()
    answer = call(**parameters)
    times.append(time.monotonic() - begin)
    return answer


def until(look, wanted):
    deadline = time.monotonic() + 60
    while not wanted(look()):
        if time.monotonic() > deadline:
            raise SystemExit("it did not happen within a minute")
        time.sleep(0.01)


def instances(ec2, image, count):
    if image is None:
        image = ec2.register_image(
            Name=f"pretended-{time.time():.0f}", ImageLocation="http://127.0.0.1:9/pretended.qcow2",
            Architecture="x86_64", RootDeviceName="/dev/xvda", VirtualizationType="hvm")["ImageId"]
        ec2.get_waiter("image_available").wait(ImageIds=[image], WaiterConfig={"Delay": 1})
    made = ec2.run_instances(
        ImageId=image, InstanceType="t2.nano", MinCount=count, MaxCount=count)["Instances"]
    ids = [instance["InstanceId"] for instance in made]
    ec2.get_waiter("instance_running").wait(InstanceIds=ids, WaiterConfig={"Delay": 1})
    return ids


parser = argparse.ArgumentParser()
parser.add_argument("--count", type=int, default=100)
parser.add_argument("--at-once", type=int, default=10)
parser.add_argument("--size", type=int, default=8)
parser.add_argument("--image")
options = parser.parse_args()

ec2 = boto3.client("ec2")
zone = ec2.describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]
hosts = instances(ec2, options.image, -(-options.count // len(DEVICES)))
places = itertools.islice(itertools.product(hosts, DEVICES), options.count)
client = threading.local()
create, available, attach, attached, detached = [], [], [], [], []


def volume(name):
    return client.ec2.describe_volumes(VolumeIds=[name])["Volumes"][0]


def one(place):
    if not hasattr(client, "ec2"):
        client.ec2 = boto3.session.Session().client("ec2")
    instance, device = place
    begin = time.monotonic()
    name = timed(create, client.ec2.create_volume, AvailabilityZone=zone, Size=options.size, VolumeType="gp3",
                 TagSpecifications=[{"ResourceType": "volume", "Tags": [TAG]}])["VolumeId"]
    until(lambda: volume(name)["State"], lambda state: state == "available")
    available.append(time.monotonic() - begin)
    begin = time.monotonic()
    timed(attach, client.ec2.attach_volume, VolumeId=name, InstanceId=instance, Device=device)
    until(lambda: volume(name)["Attachments"], lambda all: [a["State"] for a in all] == ["attached"])
    attached.append(time.monotonic() - begin)
    return name


def end(name):
    begin = time.monotonic()
    client.ec2.detach_volume(VolumeId=name)
    until(lambda: volume(name)["State"], lambda state: state == "available")
    detached.append(time.monotonic() - begin)
    client.ec2.delete_volume(VolumeId=name)


with ThreadPoolExecutor(options.at_once) as pool:
    begin = time.monotonic()
    names = list(pool.map(one, places))
    took = time.monotonic() - begin
    print(f"{len(names)} volumes made and attached in {took:.1f} s: {len(names) * 60 / took:.0f} a minute")
    begin = time.monotonic()
    list(pool.map(end, names))
    print(f"detached and deleted in {time.monotonic() - begin:.1f} s")
ec2.terminate_instances(InstanceIds=hosts)
show("CreateVolume call", create)
show("call -> available", available)
show("AttachVolume call", attach)
show("call -> attached", attached)
show("DetachVolume call -> available", detached)
