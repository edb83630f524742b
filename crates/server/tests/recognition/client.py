"""Calls the recognition API as programs written against its documentation do.

usage: client.py HOST APP_KEY SECRET IMAGE_URL

Prints, for each way of sending, its name and the type of the first invoice found.
"""
import base64
import hashlib
import sys
import time

import requests

DOCUMENT = b"invoice"


def credentials(key, secret):
    stamp = str(int(time.time()))
    token = hashlib.md5(f"{key}+{stamp}+{secret}".encode("utf-8")).hexdigest()
    return {"app_key": key, "timestamp": stamp, "token": token}


def kind(reply):
    if reply.status_code != 200:
        raise SystemExit(f"status {reply.status_code}: {reply.text}")
    body = reply.json()
    if body["result"] != 1:
        raise SystemExit(f"refused: {body}")
    return body["response"]["data"]["identify_results"][0]["type"]


def main(host, key, secret, image_url):
    url = f"{host}/v1/item/get_item_info"
    auth = credentials(key, secret)
    print("form", kind(requests.post(url, data={"image_url": image_url, **auth})))
    print("query", kind(requests.get(url, params={"image_url": image_url, **auth})))
    print("multipart", kind(requests.post(url, data=auth, files={"image_file": ("发票.pdf", DOCUMENT, "application/pdf")})))
    data = base64.b64encode(DOCUMENT).decode("ascii")
    print("json", kind(requests.post(url, params=auth, json={"image_data": data})))


if __name__ == "__main__":
    main(*sys.argv[1:])
