"""boto3 for the tests: reads one call a line as JSON, writes its answer as one line of JSON.

A call is {"client": "ec2", "call": "describe_instances", "input": {...}}; "call" may also be
"waiter:NAME" or "pages:OPERATION" (then "size" is the page size). Errors answer {"error": CODE, ...}.
"""
import base64
import datetime
import json
import sys
import threading

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

lock = threading.Lock()
clients = {}


def client(name, attempts):
    with lock:
        if (name, attempts) not in clients:
            clients[name, attempts] = boto3.client(name, config=Config(
                retries={"total_max_attempts": attempts, "mode": "standard"},
                connect_timeout=5, read_timeout=60, max_pool_connections=20))
        return clients[name, attempts]


def plain(value):
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if hasattr(value, "read"):
        return plain(value.read())
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    raise TypeError(type(value))


def answer(call):
    service = client(call.get("client", "ec2"), call.get("attempts", 1))
    name, given = call["call"], call.get("input", {})
    if name.startswith("waiter:"):
        service.get_waiter(name[7:]).wait(WaiterConfig={"Delay": 1, "MaxAttempts": call["seconds"]}, **given)
        return {}
    if name.startswith("pages:"):
        pages = service.get_paginator(name[6:]).paginate(PaginationConfig={"PageSize": call["size"]}, **given)
        return {"Pages": list(pages)}
    return getattr(service, name)(**given)


def serve(call):
    try:
        result = {"answer": answer(call)}
    except ClientError as e:
        result = {"error": e.response["Error"]["Code"], "message": e.response["Error"]["Message"],
                  "status": e.response["ResponseMetadata"]["HTTPStatusCode"]}
    except (BotoCoreError, WaiterError) as e:
        result = {"error": type(e).__name__, "message": str(e), "status": 0}
    result["id"] = call["id"]
    with lock:
        print(json.dumps(result, default=plain), flush=True)


for line in sys.stdin:
    threading.Thread(target=serve, args=(json.loads(line),), daemon=True).start()
