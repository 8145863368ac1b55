// An HTTP/2 server over TLS for tests: it answers streams as told, and breaks them as told.
//
//     node http2_server.mjs --port-file FILE --script SCRIPT --log LOG
//
// SCRIPT is JSON: {"streams": [KIND, ...], "certificate": FILE, "key": FILE, "delay": 0}. The first stream gets the
// first kind, and so on; the last is for all that follow. "delay" is in milliseconds, before an answer. A KIND is
//
//     "answer"      a good answer, the text "some text"
//     "goaway"      refuses the stream and all later ones of its connection: GOAWAY with NO_ERROR before it
//     "goaway late" half of an answer, then GOAWAY and the end of the connection
//     "refuse"      RST_STREAM with REFUSED_STREAM: it was not looked at
//     "reset"       RST_STREAM with INTERNAL_ERROR
//     "reset late"  half of an answer, then the same
//     "unread"      reads nothing of the request's body, so that the window of its flow control stays shut
//     "stall"       half of an answer, then nothing more
//
// LOG gets one JSON object a line: {"connection": 1} for each one accepted; for each stream its "method", "path",
// "protocol", and the number of the connection it is "in".

import fs from "node:fs";
import http2 from "node:http2";

const option = (name) => process.argv[process.argv.indexOf(name) + 1];
const script = JSON.parse(fs.readFileSync(option("--script"), "utf8"));
const log = (entry) => fs.appendFileSync(option("--log"), JSON.stringify(entry) + "\n");

const piece = (delta, finish) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const begin = (stream) => {
  stream.respond({ ":status": 200, "content-type": "text/event-stream" });
  stream.write(piece({ content: "some" }, null));
};

const kinds = {
  answer(stream) {
    setTimeout(() => {
      begin(stream);
      stream.end(piece({ content: " text" }, "stop") + "data: [DONE]\n\n");
    }, script.delay ?? 0);
  },
  goaway(stream) {
    stream.session.goaway(http2.constants.NGHTTP2_NO_ERROR, Math.max(0, stream.id - 2));
    setTimeout(() => stream.session?.destroy(), 20);
  },
  "goaway late"(stream) {
    begin(stream);
    setTimeout(() => {
      const session = stream.session;
      session.goaway(http2.constants.NGHTTP2_INTERNAL_ERROR, stream.id);
      setTimeout(() => session.destroy(), 20);
    }, 20);
  },
  refuse: (stream) => stream.close(http2.constants.NGHTTP2_REFUSED_STREAM),
  reset: (stream) => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR),
  "reset late"(stream) {
    begin(stream);
    setTimeout(() => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR), 20);
  },
  unread: (stream) => stream.pause(),
  stall: begin,
};

const server = http2.createSecureServer({
  cert: fs.readFileSync(script.certificate),
  key: fs.readFileSync(script.key),
});
let connections = 0;
let streams = 0;
server.on("session", (session) => {
  session.number = ++connections;
  session.on("error", () => {});
  log({ connection: session.number });
});
server.on("stream", (stream, headers) => {
  const kind = script.streams[Math.min(streams++, script.streams.length - 1)];
  log({ method: headers[":method"], path: headers[":path"], in: stream.session.number,
        protocol: stream.session.alpnProtocol });
  stream.on("error", () => {});
  if (kind !== "unread") stream.resume();
  kinds[kind](stream);
});
server.listen(0, "127.0.0.1", () => {
  fs.writeFileSync(option("--port-file") + ".new", `${server.address().port}\n`);
  fs.renameSync(option("--port-file") + ".new", option("--port-file"));
});
