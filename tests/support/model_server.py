#!/usr/bin/env python3
"""A scripted OpenAI-compatible server for tests: it answers as told, and as badly as told.

    model_server.py --port-file FILE --script SCRIPT [--log LOG]

listens on 127.0.0.1, on a port of its own choice that it writes to FILE. SCRIPT is JSON:

    {"answers": [ANSWER, ...]}

A request gets the first answer that matches it and is not used up. An ANSWER may say

  which requests it is for
    "contains": "text"     a substring of the user's messages
    "stage": "plan"        "brief": it asks what a project needs; "plan": another response_format is asked for; "file": none is
    "path": "/responses"   the end of the path
    "times": 1             how often it is given; 0 is always
    "limit": [20, 1.0]     so many of them in so many seconds; what comes too early gets status 429 with a quota's code, which no client
                           repeats

  what it is
    "text": "..."          the model's text, streamed as chat completion chunks
    "text_file": "FILE"    the same, from a file beside the script
    "whole": true          the text in one JSON document, as if no stream had been asked for
    "status": 429          with "body" (text, or JSON) and no "text"
    "headers": {...}       more headers, or other values of these
    "body": "..."          sent as it is, in place of a text; with "status": 200 too
    "raw": "FILE.http"     a recorded answer, whole: status line, headers, body; chunked again if it was

  how the text comes
    "chunk": 16            characters an event
    "delay": 0.0           seconds before each event
    "finish": "stop"       the finish_reason; null sends none, nor [DONE]
    "refusal": "..."       a refusal in place of a text
    "thinking": "..."      reasoning_content before the text
    "usage": [30, 18]      input and output tokens; null does not tell; by default, characters / 4
    "first": [...]         data of events that come before all others (text, or JSON)

  what goes wrong
    "fault": "close"       hangs up before it answers
             "silence"     never answers
             "headers"     sends headers and then nothing
             "stall"       half of the text, then only comments and empty deltas
             "truncate"    half of the text, then a proper end of the body
             "cut"         half of the text, then hangs up in the middle of the chunked body
             "reset"       half of the text, then resets the connection
             "error"       half of the text, then an event with an error
             "blank"       half of the text, then white space without end
             "endless"     half of the text, then more text without end
             "linger"      the whole text and [DONE], then keeps the body open
             "garbage"     something that is no HTTP

A path that ends in /responses is answered as the Responses API, from the same scripts; there is no [DONE] then.

GET /models lists one model, "scripted", unless an answer says "path": "/models".

A brief that nothing matches names nothing and leaves nothing open. Another request that nothing matches gets status 400, which no client repeats. LOG gets one JSON object a line: each request
with its "time", "client" (port), "method", "path", "headers" (names in lower case), "stage" and "body"; and {"closed": true} when a
client hangs up during a silence or an endless answer.
"""
import argparse
import json
import os
import pathlib
import select
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


# Of a script that has none: nothing is named, nothing is open.
PLAIN_BRIEF = {"languages": [], "kinds": [], "packages": [], "constraints": [], "questions": []}


class Script:
    def __init__(self, path):
        self.folder = path.parent
        self.answers = json.loads(path.read_text(encoding="utf-8"))["answers"]
        self.given = [0] * len(self.answers)
        self.times = [[] for _ in self.answers]
        self.lock = threading.Lock()

    def answer_to(self, asked, stage, path):
        with self.lock:
            for i, answer in enumerate(self.answers):
                times = answer.get("times", 1)
                used_up = times and self.given[i] >= times
                if used_up or answer.get("contains", "") not in asked:
                    continue
                if answer.get("stage", stage) != stage or not path.split("?")[0].endswith(answer.get("path", "")):
                    continue
                self.given[i] += 1
                if self.too_early(i):
                    return {"status": 429, "body": {"error": {"message": "too many", "code": "insufficient_quota"}}}
                return answer
        if stage == "brief":
            return {"text": json.dumps(PLAIN_BRIEF)}
        return {"status": 400, "body": {"error": {"message": "the script has no answer to this request"}}}

    def too_early(self, i):
        """Whether the answer was given as often as its limit allows within the time that just passed."""
        if "limit" not in self.answers[i]:
            return False
        most, seconds = self.answers[i]["limit"]
        now = time.monotonic()
        self.times[i] = [when for when in self.times[i] if when > now - seconds] + [now]
        return len(self.times[i]) > most

    def text_of(self, answer):
        if "text_file" in answer:
            return (self.folder / answer["text_file"]).read_text(encoding="utf-8")
        return answer.get("text", "")


class Log:
    def __init__(self, path):
        self.file = path.open("a", encoding="utf-8") if path else None
        self.lock = threading.Lock()

    def write(self, entry):
        if self.file:
            with self.lock:
                self.file.write(json.dumps(entry) + "\n")
                self.file.flush()


def responses_event(delta, finish, base, usage):
    """What is a chunk of a chat completion, as an event of the Responses API."""
    if finish is not None:
        return responses_end(finish, base, usage, [])
    for name, kind in (("content", "output_text"), ("refusal", "refusal"), ("reasoning_content", "reasoning_text")):
        if delta.get(name) is not None:
            return {"type": f"response.{kind}.delta", "delta": delta[name]}
    return {"type": "response.created", "response": {"object": "response", "status": "in_progress", "model": base["model"]}}


def responses_end(finish, base, usage, output):
    status = {"stop": "completed", "length": "incomplete", "content_filter": "incomplete"}.get(finish, finish)
    reason = {"length": "max_output_tokens", "content_filter": "content_filter"}.get(finish)
    response = {"object": "response", "status": status, "model": base["model"], "output": output,
                "incomplete_details": reason and {"reason": reason}}
    if usage:
        response["usage"] = {"input_tokens": usage["prompt_tokens"], "output_tokens": usage["completion_tokens"],
                             "input_tokens_details": {"cached_tokens": 0}}
    return {"type": f"response.{status}", "response": response}


class Gone(Exception):
    """The client hung up, or was hung up on: nothing more is sent."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.serve("")

    def do_POST(self):
        self.serve(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode("utf-8", "replace"))

    def serve(self, raw):
        try:
            body = json.loads(raw)
        except ValueError:
            body = raw
        request = body if isinstance(body, dict) else {}
        messages = request.get("messages") or request.get("input") or []
        if isinstance(messages, str):
            messages = [{"role": "user", "content": messages}]
        asked = "\n".join(str(each.get("content", "")) for each in messages if each.get("role") == "user")
        stage = "brief" if "Say what this project needs:" in asked else "plan" if "response_format" in request or "text" in request else "file"
        self.server.log.write({"time": time.monotonic(), "client": self.client_address[1], "method": self.command, "path": self.path, "stage": stage,
                               "headers": {name.lower(): value for name, value in self.headers.items()},
                               "body": body})
        scripted = any(answer.get("path") == "/models" for answer in self.server.script.answers)
        if self.command == "GET" and self.path.split("?")[0].endswith("/models") and not scripted:
            return self.send_body(200, {}, {"object": "list", "data": [{"id": "scripted", "object": "model"}]})
        answer = self.server.script.answer_to(asked, stage, self.path)
        try:
            self.give(answer, request)
        except (Gone, OSError):
            self.close_connection = True

    def give(self, answer, request):
        fault = answer.get("fault")
        if fault == "close":
            raise Gone
        if fault == "silence":
            self.until_closed()
        if fault == "garbage":
            self.wfile.write(b"SSH-2.0-not-http\r\n\r\n")
            raise Gone
        if "raw" in answer:
            return self.send_raw(self.server.script.folder / answer["raw"], answer.get("chunk", 16))
        if "status" in answer or "body" in answer:
            return self.send_body(answer.get("status", 200), answer.get("headers", {}), answer.get("body", ""))
        text = self.server.script.text_of(answer)
        usage = answer.get("usage", [len(json.dumps(request)) // 4, max(1, len(text) // 4)])
        if usage:
            usage = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
        base = {"id": "chatcmpl-scripted", "created": 0, "model": request.get("model", "")}
        if answer.get("whole") and self.speaks_responses():
            output = [{"type": "message", "content": [{"type": "output_text", "text": text}]}]
            end = responses_end(answer.get("finish", "stop"), base, usage, output)
            return self.send_body(200, answer.get("headers", {}), end["response"])
        if answer.get("whole"):
            message = {"role": "assistant", "content": text}
            choice = {"index": 0, "finish_reason": answer.get("finish", "stop"), "message": message}
            return self.send_body(200, answer.get("headers", {}),
                                  {**base, "object": "chat.completion", "choices": [choice], "usage": usage})
        self.stream(answer, base, text, usage)

    def speaks_responses(self):
        return self.path.split("?")[0].endswith("/responses")

    def stream(self, answer, base, text, usage):
        fault = answer.get("fault")
        base = {**base, "object": "chat.completion.chunk"}

        def event(delta, finish=None):
            time.sleep(answer.get("delay", 0))
            if self.speaks_responses():
                self.chunk("data: " + json.dumps(responses_event(delta, finish, base, usage)) + "\n\n")
                return
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            self.chunk("data: " + json.dumps({**base, "choices": [choice]}) + "\n\n")

        self.send_response(200)
        headers = {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked", **answer.get("headers", {})}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if fault == "headers":
            self.until_closed()
        for first in answer.get("first", []):
            self.chunk("data: " + (first if isinstance(first, str) else json.dumps(first)) + "\n\n")
        event({"role": "assistant", "content": None})
        for name, value in (("reasoning_content", answer.get("thinking")), ("refusal", answer.get("refusal"))):
            if value:
                event({name: value})
        halved = fault not in (None, "linger")
        sent = text[:(len(text) + 1) // 2] if halved else text
        size = answer.get("chunk", 16)
        for i in range(0, len(sent), size):
            event({"content": sent[i:i + size]})
        if halved:
            self.break_down(fault, event)
            return self.chunk("")
        if answer.get("finish", "stop"):
            event({}, answer.get("finish", "stop"))
            if usage and not self.speaks_responses():
                self.chunk("data: " + json.dumps({**base, "choices": [], "usage": usage}) + "\n\n")
            if not self.speaks_responses():
                self.chunk("data: [DONE]\n\n")
        if fault == "linger":
            self.until_closed()
        self.chunk("")

    def break_down(self, fault, event):
        if fault == "cut":
            self.wfile.write(b"ff\r\ndata: {")
            raise Gone
        if fault == "reset":
            # Closed with unsent data and no time to linger, a socket resets its connection.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            raise Gone
        if fault == "error":
            self.chunk('data: {"error": {"message": "the model crashed", "code": 500}}\n\n')
        while fault in ("stall", "blank", "endless"):
            try:
                if fault == "stall":
                    time.sleep(0.02)
                    self.chunk(": still here\n\n")
                    event({"content": ""})
                else:
                    event({"content": {"blank": "   \n", "endless": "more and more "}[fault] * 64})
            except OSError:
                self.server.log.write({"closed": True})
                raise

    def until_closed(self):
        select.select([self.connection], [], [])
        self.server.log.write({"closed": True})
        raise Gone

    def chunk(self, text):
        data = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def send_body(self, status, headers, body):
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        standard = {"Content-Type": "application/json", "Content-Length": str(len(data))}
        for name, value in {**standard, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def send_raw(self, path, size):
        head, _, body = path.read_bytes().partition(b"\r\n\r\n")
        self.wfile.write(head + b"\r\n\r\n")
        if b"transfer-encoding: chunked" in head.lower():
            for i in range(0, len(body), size):
                piece = body[i:i + size]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.wfile.write(body)
        self.close_connection = b"connection: close" in head.lower()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port-file", required=True, type=pathlib.Path)
    parser.add_argument("--script", required=True, type=pathlib.Path)
    parser.add_argument("--log", type=pathlib.Path)
    arguments = parser.parse_args()
    server = Server(("127.0.0.1", 0), Handler)
    server.script = Script(arguments.script)
    server.log = Log(arguments.log)
    temporary = arguments.port_file.with_name(arguments.port_file.name + ".new")
    temporary.write_text(f"{server.server_port}\n")
    os.replace(temporary, arguments.port_file)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
