"""A headless Chromium, spoken to over its own pipe (Chrome DevTools Protocol): what a page asked for, what it complained of, how it looks.

    with Browser() as browser:
        page = browser.page(dark=True)
        page.open(path)
        page.requests, page.complaints, page.evaluate("document.title"), page.screenshot()
"""
import base64
import json
import os
import select
import shutil
import subprocess
import time

from support import scratch

# On Ubuntu `chromium-browser` is a script that says how to get a snap, and a snap does not see files in /tmp.
NAMES = ("chromium", "google-chrome", "google-chrome-stable")


def program():
    """The first of them that runs; None where there is none."""
    for name in NAMES:
        path = shutil.which(name)
        if path and not os.path.realpath(path).endswith("/snap"):
            return path
    return None


class Browser:
    def __enter__(self):
        profile = scratch.new("browser")
        to_read, to_child = os.pipe(), os.pipe()
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # which root can't have
        self.log = open(profile.parent / "log", "wb")
        self.process = subprocess.Popen(
            ["sh", "-c", f'exec "$@" 3<&{to_child[0]} 4>&{to_read[1]}', "sh", program(), "--headless=new", *sandbox, "--disable-gpu",
             "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update",
             "--disable-extensions", "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(to_child[0], to_read[1]), stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            env=scratch.environment(HOME=profile.parent))
        os.close(to_child[0])
        os.close(to_read[1])
        self.read_end, self.write_end = to_read[0], to_child[1]
        self.number, self.buffer, self.pages = 0, b"", {}
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close")
            self.process.wait(20)
        except (OSError, EOFError, TimeoutError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self.read_end)
        os.close(self.write_end)
        self.log.close()

    def call(self, method, session=None, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        number = self.number
        while True:
            answer = self.next()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def next(self, seconds=60):
        """The next message; those about a page are kept there, too."""
        deadline = time.monotonic() + seconds
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.read_end], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError("the browser says nothing")
            piece = os.read(self.read_end, 1 << 20)
            if not piece:
                raise EOFError("the browser is gone")
            self.buffer += piece
        text, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(text)
        page = self.pages.get(message.get("sessionId"))
        if page and "method" in message:
            page.events.append(message)
        return message

    def page(self, **how):
        return Page(self, **how)


class Page:
    def __init__(self, browser, width=1180, height=900, dark=False, scripts=True, print_media=False):
        self.browser, self.events = browser, []
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        browser.pages[self.session] = self
        for domain in ("Page", "Network", "Log", "Runtime", "Accessibility"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", media="print" if print_media else "screen",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        if not scripts:
            self.call("Emulation.setScriptExecutionDisabled", value=True)

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def open(self, path):
        self.events.clear()
        self.call("Page.navigate", url=f"file://{path}")
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.browser.next()

    @property
    def requests(self):
        return [event["params"]["request"]["url"] for event in self.events if event["method"] == "Network.requestWillBeSent"]

    @property
    def complaints(self):
        """Of the console: refused by the policy, not found, thrown."""
        return [event for event in self.events if event["method"] in ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")]

    def evaluate(self, expression):
        """Works where the page itself may run none."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"])
        return result["result"].get("value")

    def html(self):
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        return self.call("DOM.getOuterHTML", nodeId=root)["outerHTML"]

    def names(self, role):
        """The accessible names of everything in that role."""
        return [node.get("name", {}).get("value", "") for node in self.call("Accessibility.getFullAXTree")["nodes"]
                if node.get("role", {}).get("value") == role and not node.get("ignored")]

    def screenshot(self):
        """All of the page, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"])

    def pdf(self):
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True)["data"])
