"""A server of Chat Completions whose answers take exactly as long as they are told to: HTTP/1.1, connections that are kept, streams. It runs
in a thread of the process that measures, which waits meanwhile for what it measures.
"""
import asyncio
import json
import re
import threading
import time

HEAD = "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nTransfer-Encoding: chunked\r\n\r\n"
PIECES = 8  # of an answer that has a length in seconds: the first event comes after an eighth of it


def event(delta, finish=None):
    """One, as large as OpenAI's are."""
    return b"data: " + json.dumps({
        "id": "chatcmpl-B2bWr0gBqVZsDRfX7QhMTVvU3pYQx", "object": "chat.completion.chunk", "created": 1764000000, "model": "measured",
        "service_tier": "default", "system_fingerprint": "fp_5f20662549", "choices": [{"index": 0, "delta": delta, "logprobs": None,
                                                                                     "finish_reason": finish}],
    }).encode() + b"\n\n"


END = event({}, "stop") + b"data: [DONE]\n\n"


class Asked:
    """A request: what for, and when it came and was answered."""

    def __init__(self, body):
        prompt = body["messages"][-1]["content"]
        path = re.search(r"^Write (\S+)\.$", prompt, re.MULTILINE)
        self.what = "brief" if "Say what this project needs:" in prompt else path.group(1) if path else "plan"
        self.came = time.monotonic()
        self.answered = None


class Stream:
    """An answer on its way."""

    def __init__(self, writer):
        self.writer = writer
        self.bytes = 0

    def begin(self, kind="text/event-stream"):
        self.writer.write(HEAD.format(kind).encode())

    def now(self, data):
        """A write of its own."""
        self.bytes += len(data)
        self.writer.write(b"%x\r\n%b\r\n" % (len(data), data))

    async def send(self, data):
        """The same, which waits for a client that reads slowly, and fails where it has hung up."""
        self.now(data)
        await self.writer.drain()

    async def text(self, text, seconds):
        """A whole answer, in `seconds`."""
        begin, size = time.monotonic(), len(text) // PIECES + 1
        self.begin()
        for n in range(PIECES):
            await asyncio.sleep(begin + (n + 1) * seconds / PIECES - time.monotonic())
            await self.send(event({"content": text[n * size:(n + 1) * size]}))
        await self.send(END)


class Server:
    """For the time of a with. `answer(asked, stream)` is a coroutine; what it does not end itself is ended for it."""

    def __init__(self, answer):
        self.answer, self.requests, self.errors = answer, [], []
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        self.listener = asyncio.run_coroutine_threadsafe(asyncio.start_server(self.serve, "127.0.0.1", 0, limit=1 << 20), self.loop).result()
        self.url = f"http://127.0.0.1:{self.listener.sockets[0].getsockname()[1]}/v1"
        return self

    def __exit__(self, *_):
        asyncio.run_coroutine_threadsafe(self.close(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def close(self):
        self.listener.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def serve(self, reader, writer):
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = re.search(rb"^content-length: *(\d+)", head, re.MULTILINE | re.IGNORECASE)
                asked = Asked(json.loads(await reader.readexactly(int(length.group(1)))))
                self.requests.append(asked)
                await self.answer(asked, Stream(writer))
                asked.answered = time.monotonic()
                writer.write(b"0\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # a client may hang up at any time: one that refuses an answer has to; and so may the with
        except Exception as error:  # pylint: disable=broad-except
            self.errors.append(repr(error))
        finally:
            writer.close()
