"""RapidOCR as a process of its own, so that its threads and its memory are its own.

Run as `peer.py onnxruntime|openvino`: says one line when it is ready, then answers one line of JSON for each path on its input:
{"ms": time of the whole pipeline, "cpu_ms": what its threads had of the processor meanwhile, "lines": [texts in its order]}. The picture is decoded
before the clocks start.
"""

import json
import os
import subprocess
import sys
import time


class Peer:
    """A running RapidOCR."""

    def __init__(self, engine):
        self.engine = engine
        self.process = subprocess.Popen([sys.executable, __file__, engine], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if not self.process.stdout.readline().startswith("ready"):
            raise RuntimeError(f"RapidOCR with {engine} did not start")

    def read(self, path):
        """What it answers to one picture."""
        self.process.stdin.write(f"{path}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)


def serve(engine):
    # What the libraries print goes to standard error: standard output is for answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    import logging

    import cv2
    from rapidocr import EngineType, RapidOCR

    logging.disable(logging.CRITICAL)
    chosen = {"onnxruntime": EngineType.ONNXRUNTIME, "openvino": EngineType.OPENVINO}[engine]
    # As installed but for the engine: every other setting is RapidOCR's own.
    reader = RapidOCR(params={f"{part}.engine_type": chosen for part in ("Det", "Cls", "Rec")})
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        picture = cv2.imread(line.rstrip("\n"), cv2.IMREAD_COLOR)
        began, used = time.perf_counter(), time.process_time()
        result = reader(picture)
        elapsed, used = (time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000
        print(json.dumps({"ms": elapsed, "cpu_ms": used, "lines": list(result.txts or ())}), file=answers, flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
