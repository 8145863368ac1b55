#!/usr/bin/env python3
"""A server below HTTP for tests: it sends the bytes it is told, when it is told, and hangs up as it is told.

    fault_server.py --port-file FILE --script SCRIPT [--log LOG]

listens on 127.0.0.1, on a port of its own choice that it writes to FILE. SCRIPT is JSON:

    {"connections": [[STEP, ...], ...], "tls": {"certificate": FILE, "key": FILE}}

The first connection gets the first list of steps, and so on; the last list is for all that follow. With
"storm": {"seconds": 3.0, "steps": [STEP, ...]} those that come in so many seconds from the first on get these steps instead. With
"tls" it speaks TLS. After the last step the connection is closed. A STEP is one of

    {"read": "request"}       reads one request, head and body
    {"read": "head"}          reads its head only
    {"send": "text"}          sends; @DATE+2@ becomes the HTTP date of two seconds later
    {"hex": "ff00"}           sends these bytes
    {"zip": 1000}             sends as many zero bytes, compressed by gzip
      and for each of these
      "times": 1                how often; 0 is until the client hangs up
      "pause": 0.0              seconds before each time
      "drip": 0.0               seconds before each byte
    {"wait": 1.0}             waits
    {"silence": true}         waits until the client hangs up
    {"close": "fin"}          closes as one should; with TLS after a close_notify
    {"close": "reset"}        closes with a reset
    {"close": "truncate"}     closes the connection below TLS, without a close_notify
    {"again": true}           begins again with the first step, on the same connection

LOG gets one JSON object a line: {"connection": 1, "client": PORT} for each one accepted; each request with its "time",
"client", "method", "path", "headers" (names in lower case), "head" and "body"; and
{"closed": true, "client": PORT, "sent": BYTES} when a client hangs up first.
"""
import argparse
import email.utils
import json
import os
import pathlib
import re
import select
import socket
import struct
import sys
import threading
import time
import zlib


class Gone(Exception):
    """The client hung up."""


class Log:
    def __init__(self, path):
        self.file = path.open("a", encoding="utf-8") if path else None
        self.lock = threading.Lock()

    def write(self, entry):
        if self.file:
            with self.lock:
                self.file.write(json.dumps(entry) + "\n")
                self.file.flush()


class Connection:
    def __init__(self, raw, client, log):
        self.socket, self.client, self.log = raw, client, log
        self.buffer = b""
        self.sent = 0
        self.open = True

    def run(self, steps):
        try:
            self.steps(steps)
        except (Gone, OSError):
            self.log.write({"closed": True, "client": self.client, "sent": self.sent})
        finally:
            if self.open:
                self.close("fin")

    def steps(self, steps):
        i = 0
        while i < len(steps):
            step = steps[i]
            i += 1
            if "read" in step:
                self.read(step["read"])
            elif "wait" in step:
                time.sleep(step["wait"])
            elif "silence" in step:
                while self.socket.recv(1 << 16):
                    pass
                raise Gone
            elif "close" in step:
                return self.close(step["close"])
            elif "again" in step:
                i = 0
            else:
                self.send(step)

    def more(self):
        data = self.socket.recv(1 << 16)
        if not data:
            raise Gone
        self.buffer += data

    def read(self, what):
        while b"\r\n\r\n" not in self.buffer:
            self.more()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, path, _ = lines[0].split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        begun = time.monotonic()
        body = b""
        if what == "request":
            size = int(headers.get("content-length", 0))
            while len(self.buffer) < size:
                self.more()
            body, self.buffer = self.buffer[:size], self.buffer[size:]
        self.log.write({"time": begun, "client": self.client, "method": method, "path": path, "headers": headers,
                        "head": head.decode("latin-1"), "body": body.decode("utf-8", "replace")})

    def send(self, step):
        data = self.bytes_of(step)
        pieces = [data[i:i + 1] for i in range(len(data))] if step.get("drip") else [data]
        times = step.get("times", 1)
        done = 0
        while times == 0 or done < times:
            done += 1
            for piece in pieces:
                self.pause(step.get("drip", step.get("pause", 0)))
                self.socket.sendall(piece)
                self.sent += len(piece)

    def pause(self, seconds):
        # A client that hangs up is seen at once, and not two sends later.
        if seconds and select.select([self.socket], [], [], seconds)[0]:
            self.more()

    @staticmethod
    def bytes_of(step):
        if "hex" in step:
            return bytes.fromhex(step["hex"])
        if "zip" in step:
            packer = zlib.compressobj(9, zlib.DEFLATED, 31)
            return packer.compress(bytes(step["zip"])) + packer.flush()
        date = lambda match: email.utils.formatdate(time.time() + int(match[1]), usegmt=True)
        return re.sub(r"@DATE([+-]\d+)@", date, step["send"]).encode()

    def close(self, how):
        self.open = False
        try:
            if how == "reset":
                # Closed with no time to linger, a socket resets its connection.
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            elif how == "fin":
                if hasattr(self.socket, "unwrap"):
                    self.socket.settimeout(0.2)
                    self.socket.unwrap()
                # What was not read would turn the FIN into a reset.
                self.socket.shutdown(socket.SHUT_WR)
                self.socket.settimeout(1.0)
                while self.socket.recv(1 << 16):
                    pass
        except OSError:
            pass
        self.socket.close()


def serve(listener, script, log):
    context = None
    if "tls" in script:
        import ssl
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(script["tls"]["certificate"], script["tls"]["key"])
    lists = script["connections"]
    storm = script.get("storm")

    def one(raw, client, steps, number):
        log.write({"connection": number, "client": client})
        try:
            if context:
                raw = context.wrap_socket(raw, server_side=True, suppress_ragged_eofs=False)
        except OSError:
            return raw.close()
        Connection(raw, client, log).run(steps)

    number = calm = 0
    first = None
    while True:
        raw, address = listener.accept()
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        number += 1
        now = time.monotonic()
        first = first or now
        if storm and now - first < storm["seconds"]:
            steps = storm["steps"]
        else:
            calm += 1
            steps = lists[min(calm, len(lists)) - 1]
        threading.Thread(target=one, args=(raw, address[1], steps, number), daemon=True).start()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port-file", required=True, type=pathlib.Path)
    parser.add_argument("--script", required=True, type=pathlib.Path)
    parser.add_argument("--log", type=pathlib.Path)
    arguments = parser.parse_args()
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    temporary = arguments.port_file.with_name(arguments.port_file.name + ".new")
    temporary.write_text(f"{listener.getsockname()[1]}\n")
    os.replace(temporary, arguments.port_file)
    try:
        serve(listener, json.loads(arguments.script.read_text(encoding="utf-8")), Log(arguments.log))
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
