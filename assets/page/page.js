// The viewer page's script. Without it the browser shows the stream as an image. The
// script reads the stream itself, and so knows what a browser does not tell about an
// image: whether the stream was refused and why, whether it has stopped or ended, and how
// many of the camera's pictures arrive.

const pollEvery = 2000; // ms
const answerWithin = 5000; // ms, after which a server that does not answer counts as gone
const beginWithin = 15000; // ms: the server itself waits ten seconds for a camera
const silentFor = 10000; // ms without a byte, while the camera delivers, before the stream is requested again
const tryAgainAfter = 2000; // ms
const asleepAfter = 15000; // ms between two polls: longer means that the computer was asleep
const snapshotEvery = 1000; // ms

const element = (id) => document.getElementById(id);
const stage = element("stage");
const canvas = element("picture");
const fullscreen = element("fullscreen");
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// What is known of the server and of the stream.
let status = null; // the last answer from api/status
let answered = true; // whether the last poll was answered
let polled = Date.now(); // when it was answered
let heard = Date.now(); // when the last byte of a picture arrived
let ended = false; // the server closed the stream, and has not answered since
let refusal = ""; // why the server gives no picture, in its own words

// setText does not touch a text that is the same, so that a screen reader does not repeat it.
function setText(id, text) {
  const target = element(id);
  if (target.textContent !== text) target.textContent = text;
  target.hidden = text === "";
}

// --- The picture -----------------------------------------------------------

const drawn = canvas.getContext("bitmaprenderer");
const rateOver = 4000; // ms over which the rate is measured
let arrivals = []; // times of recent pictures
let received = 0; // pictures of the current stream
let waiting = null; // the newest picture, if it is not drawn yet
let drawing = false;

// arrive takes a picture from the network. If pictures come faster than they can be
// drawn, only the newest is drawn.
async function arrive(jpeg) {
  refusal = "";
  received++;
  arrivals.push(Date.now());
  waiting = jpeg;
  if (drawing) return;
  drawing = true;
  while (waiting) {
    const blob = new Blob([waiting], { type: "image/jpeg" });
    waiting = null;
    try {
      draw(await createImageBitmap(blob));
    } catch {
      // A damaged picture; the next one is on its way.
    }
  }
  drawing = false;
}

function draw(bitmap) {
  const { width, height } = bitmap;
  if (canvas.hidden || canvas.width !== width || canvas.height !== height) {
    [canvas.width, canvas.height, canvas.hidden] = [width, height, false];
    stage.style.setProperty("--ratio", width / height);
    show();
  }
  drawn.transferFromImageBitmap(bitmap);
}

// rate returns the measured rate in fps; zero while unknown.
function rate() {
  arrivals = arrivals.filter((at) => Date.now() - at < rateOver);
  if (arrivals.length < 2) return 0;
  return (1000 * (arrivals.length - 1)) / Math.max(1, arrivals.at(-1) - arrivals[0]);
}

// --- The stream ------------------------------------------------------------

// Input reads lines and numbers of bytes from a response body. Both methods return
// undefined at its end.
class Input {
  constructor(body) {
    this.reader = body.getReader();
    this.chunk = new Uint8Array();
    this.at = 0;
  }

  async more() {
    while (this.at === this.chunk.length) {
      const { done, value } = await this.reader.read();
      if (done) return false;
      [this.chunk, this.at] = [value, 0];
      heard = Date.now();
    }
    return true;
  }

  async line() {
    let text = "";
    while (await this.more()) {
      const byte = this.chunk[this.at++];
      if (byte === 10) return text.trimEnd();
      text += String.fromCharCode(byte);
      if (text.length > 1000) throw new Error("not a multipart stream");
    }
  }

  async bytes(count) {
    const all = new Uint8Array(count);
    for (let have = 0; have < count; ) {
      if (!(await this.more())) return undefined;
      const piece = this.chunk.subarray(this.at, this.at + count - have);
      all.set(piece, have);
      have += piece.length;
      this.at += piece.length;
    }
    return all;
  }
}

// pictures yields the parts of a multipart stream. Each has a Content-Length, so there is
// no need to search for the boundaries.
async function* pictures(body) {
  const input = new Input(body);
  for (;;) {
    let length = 0;
    for (let line; line !== "" || length === 0; ) {
      line = await input.line();
      if (line === undefined) return;
      const found = /^content-length: *(\d{1,8})$/i.exec(line);
      if (found) length = Number(found[1]);
    }
    const jpeg = await input.bytes(length);
    if (!jpeg) return;
    yield jpeg;
  }
}

let request = null; // the AbortController of the current request

// ask sends a request that must be answered in time, and returns null if it is refused.
async function ask(address) {
  const mine = new AbortController();
  request = mine;
  const timer = setTimeout(() => mine.abort(), beginWithin);
  try {
    const answer = await fetch(address, { cache: "no-store", signal: mine.signal });
    if (answer.ok) return answer;
    await refuse(answer);
    return null;
  } finally {
    clearTimeout(timer);
  }
}

async function refuse(answer) {
  if (answer.status === 401) location.reload(); // which asks for the passcode
  const fromServer = (answer.headers.get("Content-Type") ?? "").startsWith("text/plain");
  refusal = fromServer ? (await answer.text()).trim() : `The answer is ${answer.status} ${answer.statusText}.`;
  if (level > 0) refuseSmaller();
  show();
}

async function readStream() {
  const answer = await ask(`stream.mjpg${levels[level]}`);
  if (!answer) return;
  [received, arrivals, ended, judged] = [0, [], false, null];
  for await (const jpeg of pictures(answer.body)) arrive(jpeg);
  // The server closed the stream, which a lost network never does: either sharing has
  // ended, or this viewer was disconnected. The status tells which.
  ended = true;
  poll();
}

async function readSnapshot() {
  const answer = await ask(`snapshot.jpg${levels[level]}`);
  if (!answer) return;
  const jpeg = await answer.blob();
  heard = Date.now();
  arrive(jpeg);
}

let watching = 0; // the number of the current loop

function stopWatching() {
  watching++;
  request?.abort();
}

// watch starts watching, or starts again.
async function watch() {
  stopWatching();
  const mine = watching;
  heard = Date.now();
  while (mine === watching) {
    let pause = tryAgainAfter;
    try {
      if (mayStream) {
        await readStream();
      } else {
        await readSnapshot();
        pause = snapshotEvery;
      }
    } catch {
      // No network, no server, a late answer, or stopWatching.
    }
    await sleep(pause);
  }
}

// --- Slow links --------------------------------------------------------------

// To a viewer on a slow link the server sends fewer pictures, not older ones. If more than
// half are lost that way, the page requests smaller ones.
const levels = ["", "?width=640", "?width=320&quality=50"];
const judgeEvery = 6000; // ms
const shortestTry = 60000; // ms until a larger picture is tried again,
const longestTry = 16 * shortestTry; // doubled after each attempt that fails

let level = 0;
let wantFull = false; // the viewer pressed "Full size"
let tryLarger = 0; // when to try a larger picture
let tryAfter = shortestTry;
let judged = null; // the counts at the last judgement

function judge() {
  if (!mayStream || status.state !== "live") {
    judged = null;
    return;
  }
  const now = { at: Date.now(), offered: status.pictures, received };
  if (judged === null) judged = now;
  if (now.at - judged.at < judgeEvery) return;
  const offered = now.offered - judged.offered;
  const slow = offered >= 4 && 2 * (now.received - judged.received) < offered;
  judged = now;
  if (slow && !wantFull && level < levels.length - 1) {
    if (level === 0 && tryLarger > 0) tryAfter = Math.min(2 * tryAfter, longestTry);
    tryLarger = now.at + tryAfter;
    setLevel(level + 1);
  } else if (!slow && level > 0 && now.at > tryLarger) {
    tryLarger = now.at + tryAfter;
    setLevel(level - 1);
  }
}

function setLevel(to) {
  if (level === to) return;
  level = to;
  show();
  watch();
}

// refuseSmaller returns to the full size if the server makes no smaller pictures.
function refuseSmaller() {
  [level, wantFull] = [0, true];
}

// onOtherLink forgets what was learnt about the previous link.
function onOtherLink() {
  [wantFull, tryLarger, tryAfter] = [false, 0, shortestTry];
  if (!document.hidden) setLevel(0);
  level = 0;
}

// --- Many windows ------------------------------------------------------------

// A browser opens at most six connections to a server, and a stream takes one. So the
// windows of a browser tell each other that they are open: the first four watch the
// stream, and the others load a snapshot once a second.
const places = 4;
const sayEvery = 1000; // ms
const forgetAfter = 4000; // ms

const channel = new BroadcastChannel("fanlight");
const me = { id: Math.random(), since: Date.now() };
const others = new Map(); // by id: when they opened, and when they last said so
let mayStream = true;
let saying;

function say(what) {
  channel.postMessage({ ...me, what });
}

channel.onmessage = ({ data }) => {
  if (document.hidden) return;
  if (data.what === "bye") {
    others.delete(data.id);
  } else {
    if (!others.has(data.id)) say("here");
    others.set(data.id, { since: data.since, at: Date.now() });
  }
  if (data.what === "ended" && !mayStream) {
    ended = true;
    poll();
  }
  takePlace();
};

function takePlace() {
  let before = 0;
  for (const [id, { since, at }] of others) {
    if (Date.now() - at > forgetAfter) others.delete(id);
    else if (since < me.since || (since === me.since && id < me.id)) before++;
  }
  const may = before < places;
  if (may === mayStream) return;
  mayStream = may;
  watch();
  show();
}

function sayHere() {
  say("here");
  takePlace();
}

// --- What is shown -----------------------------------------------------------

const twoDigits = new Intl.NumberFormat("en", { maximumSignificantDigits: 2 });

// situation returns the state, a headline and, if there is no picture, what to expect.
function situation() {
  if (refusal) return ["refused", "No picture", refusal];
  if (!answered && ended) {
    return ["ended", "Sharing has ended", "This page reconnects when sharing begins again."];
  }
  if (!answered && Date.now() - heard > answerWithin) {
    return ["gone", "Not reachable", "Fanlight was closed, or the network is down. This page reconnects by itself."];
  }
  switch (status?.state) {
    case undefined:
      return ["starting", "Connecting…", ""];
    case "live":
      return ["live", "Live", ""];
    case "starting":
      return ["starting", "Starting the camera…", ""];
    case "lost":
      return ["lost", status.unplugged ? "Camera unplugged, waiting for it" : `Camera lost: ${status.reason}`, ""];
    case "off":
      return ["off", "Camera off", ""];
    case "paused":
      return ["paused", "Paused by the owner", ""];
    default:
      return [status.state, status.state, ""];
  }
}

function viewers(n) {
  if (n === 0) return "No viewers";
  return n === 1 ? "1 viewer" : `${n} viewers`;
}

function mode() {
  if (status?.state !== "live" || canvas.hidden) return "";
  const size = `${canvas.width}×${canvas.height}`;
  if (!mayStream) return `${size} · 1 fps, open in many windows`;
  const fps = rate();
  return fps > 0 ? `${size} · ${twoDigits.format(fps)} fps` : size;
}

function show() {
  const [state, headline, detail] = situation();
  const away = state === "ended" || state === "gone";
  document.body.dataset.state = state;
  setText("state", headline);
  setText("headline", detail && headline);
  setText("detail", detail);
  element("notice").hidden = detail === "";
  canvas.setAttribute("aria-label", detail ? `Last picture. ${headline}` : "Live picture");
  setText("viewers", status && !away ? viewers(status.viewers) : "");
  setText("mode", away || detail ? "" : mode());
  setText("thin", level > 0 && !away ? "Slow connection: smaller picture" : "");
  element("full").hidden = element("thin").hidden;
  if (!status) return;
  document.title = status.name;
  setText("name", status.name);
}

// --- The status --------------------------------------------------------------

let timer;
let polls = 0;

// readStatus returns null for no answer, and undefined for a refusal.
async function readStatus() {
  try {
    const answer = await fetch("api/status", { cache: "no-store", signal: AbortSignal.timeout(answerWithin) });
    if (answer.ok) return await answer.json();
    if (answer.status !== 401 && answer.status !== 403) return null; // from a proxy, for a server that is gone
    await refuse(answer);
    return undefined;
  } catch {
    return null; // no network, no server, or no answer in time: the viewer need not know which
  }
}

async function poll() {
  clearTimeout(timer);
  const mine = ++polls;
  const answer = await readStatus();
  if (document.hidden || mine !== polls) return;
  if (answer) onAnswer(answer);
  else if (answer === null) onSilence();
  show();
  timer = setTimeout(poll, pollEvery);
}

function onAnswer(answer) {
  const now = Date.now();
  const back = !answered || answer.uptime_s < (status?.uptime_s ?? 0) || now - polled > asleepAfter;
  const stuck = now - heard > silentFor && answer.pictures > (status?.pictures ?? 0);
  [status, answered, polled, ended] = [answer, true, now, false];
  if (stuck || (back && now - heard > tryAgainAfter)) watch();
  judge();
}

function onSilence() {
  if (answered && ended) say("ended");
  [answered, judged, refusal] = [false, null, ""];
}

// --- Coming and going --------------------------------------------------------

// A hidden page stops watching, so that the camera can be turned off and the browser has
// a free connection for other windows.
function leave() {
  clearTimeout(timer);
  clearInterval(saying);
  polls++;
  stopWatching();
  say("bye");
}

function come() {
  [polled, ended, refusal] = [Date.now(), false, ""];
  clearInterval(saying);
  saying = setInterval(sayHere, sayEvery);
  others.clear();
  sayHere();
  watch();
  poll();
}

function onVisibility() {
  if (document.hidden) leave();
  else come();
}

// --- Controls ----------------------------------------------------------------

function toggleFullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else stage.requestFullscreen();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const key = event.key.toLowerCase();
  if (key === "s") element("snapshot").click();
  if (key === "f" && !fullscreen.hidden) toggleFullscreen();
}

document.addEventListener("visibilitychange", onVisibility);
document.addEventListener("keydown", onKey);
addEventListener("pagehide", leave);
addEventListener("pageshow", ({ persisted }) => persisted && onVisibility());
addEventListener("online", onOtherLink);
navigator.connection?.addEventListener("change", onOtherLink);
element("full").addEventListener("click", () => {
  wantFull = true;
  setLevel(0);
});

// iPhones allow full screen for videos only.
fullscreen.hidden = !document.fullscreenEnabled;
fullscreen.addEventListener("click", toggleFullscreen);

show();
onVisibility();
