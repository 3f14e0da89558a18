#!/usr/bin/env python3
"""Times launches through the API as a client sees them.

    eval "$(./brume env)"; bench/api.py [--count N] [--type TYPE] [--ssh KEYFILE] IMAGE

Prints the RunInstances call (p50, p99), call to 'running' and, with --ssh, call to an answer of the guest's SSH server.
One instance at a time; each is terminated before the next. Needs boto3.
"""
import argparse
import socket
import statistics
import time

import boto3


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def show(name, seconds):
    if seconds:
        print(f"{name:<22} n={len(seconds):<4} p50 {percentile(seconds, .5) * 1000:8.0f} ms"
              f"   p99 {percentile(seconds, .99) * 1000:8.0f} ms   min {min(seconds) * 1000:8.0f} ms")


def answers(address):
    try:
        with socket.create_connection((address, 22), timeout=1) as line:
            line.settimeout(2)
            return line.recv(4) == b"SSH-"
    except OSError:
        return False


parser = argparse.ArgumentParser()
parser.add_argument("image")
parser.add_argument("--count", type=int, default=10)
parser.add_argument("--type", default="t2.nano")
parser.add_argument("--ssh", action="store_true")
parser.add_argument("--group", help="a security group with port 22 open")
options = parser.parse_args()

ec2 = boto3.client("ec2")
calls, running, reachable = [], [], []
extra = {"SecurityGroups": [options.group]} if options.group else {}
for _ in range(options.count):
    begin = time.monotonic()
    made = ec2.run_instances(
        ImageId=options.image, InstanceType=options.type, MinCount=1, MaxCount=1, **extra)
    calls.append(time.monotonic() - begin)
    instance = made["Instances"][0]
    name, address = instance["InstanceId"], instance.get("PublicIpAddress")
    deadline = begin + 120
    while time.monotonic() < deadline:
        seen = ec2.describe_instances(InstanceIds=[name])["Reservations"][0]["Instances"][0]
        if seen["State"]["Name"] == "running":
            running.append(time.monotonic() - begin)
            break
        time.sleep(0.01)
    if options.ssh:
        while time.monotonic() < deadline:
            if answers(address):
                reachable.append(time.monotonic() - begin)
                break
            time.sleep(0.02)
    ec2.terminate_instances(InstanceIds=[name])
    ec2.get_waiter("instance_terminated").wait(
        InstanceIds=[name], WaiterConfig={"Delay": 1, "MaxAttempts": 60})

show("RunInstances call", calls)
show("call -> running", running)
show("call -> SSH", reachable)
