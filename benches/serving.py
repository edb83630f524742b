"""A server for measuring: started, waited for, stopped."""

import contextlib
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def served(fapiao, environment=None):
    """Yields the address of a demo server and the seconds from its start to its first ready answer."""
    address = f"http://127.0.0.1:{free_port()}"
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(fapiao), "serve", "--demo", "--listen", address.removeprefix("http://")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
    )
    try:
        yield address, ready(address, process, began)
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()


def ready(address, process, began, patience=60):
    """Seconds until /readyz answers 200."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.perf_counter() - began < patience:
        if process.poll() is not None:
            raise RuntimeError(f"fapiao serve ended with status {process.returncode}")
        try:
            with direct.open(f"{address}/readyz", timeout=5):
                return time.perf_counter() - began
        except (urllib.error.URLError, OSError):
            time.sleep(0.005)
    raise RuntimeError(f"fapiao serve was not ready after {patience} s")
