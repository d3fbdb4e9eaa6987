// The viewer page's script. Without it the browser shows the stream as an image. The
// script reads the stream itself, and so knows what a browser does not tell: why the
// stream was refused, whether it has ended, and how many of the pictures arrive.

import { pictures } from "./multipart.js";
import * as picture from "./picture.js";
import * as player from "./player.js";
import * as queue from "./queue.js";
import { keepAwake, toggleFullscreen } from "./screen.js";
import * as slow from "./slow.js";
import * as sound from "./sound.js";
import * as timeline from "./timeline.js";
import { viewer } from "./viewer.js";
import { enter, exit, mayStream, sayEnded } from "./windows.js";
import { lost, t, told, viewers } from "./words.js";

const pollEvery = 2000; // ms
const answerWithin = 5000; // ms, after which a server that does not answer counts as gone
const beginWithin = 15000; // ms: the server itself waits ten seconds for a camera
const silentFor = 10000; // ms without a byte, while the camera delivers, before the stream is requested again
const tryAgainAfter = 2000; // ms
const rarely = 10000; // ms between two tries once sharing has ended
const asleepAfter = 15000; // ms between two polls: longer means that the computer was asleep
const snapshotEvery = 1000; // ms

const element = (id) => document.getElementById(id);
const canvas = element("picture");
const snapshot = element("snapshot");
const again = element("again");
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// What is known of the server and of the stream.
let status = null; // the last answer from api/status
let answered = true; // whether the last poll was answered
let polled = Date.now(); // when it was answered
let heard = Date.now(); // when the last byte of a picture arrived
let ended = false; // the server closed the stream, and has not answered since
let refusal = null; // why the server gives no picture, as situation returns it

// setText does not touch a text that is the same, so that a screen reader does not repeat it.
function setText(id, text) {
  const target = element(id);
  if (target.textContent !== text) target.textContent = text;
  target.hidden = text === "";
}

// --- The stream ------------------------------------------------------------

let request = null; // the AbortController of the current request

// ask sends a request that must be answered in time, and returns null if it is refused.
async function ask(address) {
  const mine = new AbortController();
  request = mine;
  const timer = setTimeout(() => mine.abort(), beginWithin);
  try {
    const answer = await fetch(address, { cache: "no-store", signal: mine.signal, headers: { "X-Requested-With": "Fanlight" } });
    if (answer.ok) return answer;
    await refuse(answer);
    return null;
  } finally {
    clearTimeout(timer);
  }
}

async function refuse(answer) {
  if (answer.status === 401) location.reload(); // which asks for the passcode
  if (!player.live && [403, 501].includes(answer.status)) player.goLive(); // the past may be what is refused
  const fromServer = (answer.headers.get("Content-Type") ?? "").startsWith("text/plain");
  const why = fromServer ? told((await answer.text()).trim()) : t("The answer is {{.Status}}.", { Status: answer.status });
  const wait = Number(answer.headers.get("Retry-After"));
  const byOwner = fromServer && answer.status === 403;
  if (byOwner && wait > 0) disconnect(why, wait);
  else refusal = byOwner ? ["blocked", t("Blocked"), why] : ["refused", t("No picture"), why];
  if (slow.smaller()) slow.keepFull();
  show();
}

const disconnected = () => refusal?.[0] === "disconnected";

// disconnect stops this page until its viewer asks for the picture again, which is
// possible after some seconds.
function disconnect(why, seconds) {
  leave();
  refusal = ["disconnected", t("Disconnected"), why];
  setTimeout(() => {
    refusal = ["disconnected", t("Disconnected"), t("The owner has disconnected you.")];
    again.hidden = false;
    show();
  }, 1000 * seconds);
}

function watchAgain() {
  again.hidden = true;
  refusal = null;
  come();
}

function hear() {
  heard = Date.now();
}

function arrive(jpeg, taken) {
  refusal = null;
  if (sound.on()) queue.add(jpeg, 1000 * taken, show);
  else picture.arrive(jpeg, show);
}

async function readStream(mine) {
  const answer = await ask(`stream.mjpg?viewer=${viewer}${slow.size()}${player.query()}`);
  if (!answer) return;
  ended = false;
  picture.begin();
  queue.clear();
  slow.forget();
  for await (const { jpeg, taken } of pictures(answer.body, hear)) {
    if (mine !== watching) return;
    if (player.arrive(taken)) arrive(jpeg, taken);
  }
  // The server closed the stream, which a lost network never does: either sharing has
  // ended, or this viewer was disconnected. The status tells which.
  ended = true;
  poll();
}

async function readSnapshot() {
  const answer = await ask(`snapshot.jpg?viewer=${viewer}${slow.size()}`);
  if (!answer) return;
  const jpeg = await answer.blob();
  hear();
  arrive(jpeg, 0);
}

// over is whether sharing has ended, as opposed to a network that is down.
const over = () => ended && !answered;

let watching = 0; // the number of the current loop

function stopWatching() {
  watching++;
  request?.abort();
}

// watch starts watching, or starts again.
async function watch() {
  stopWatching();
  if (disconnected()) return;
  const mine = watching;
  sound.play(mayStream ? player.heard : () => null);
  hear();
  while (mine === watching) {
    let pause = tryAgainAfter;
    try {
      if (mayStream) {
        await readStream(mine);
      } else {
        await readSnapshot();
        pause = snapshotEvery;
      }
    } catch {
      // No network, no server, a late answer, or stopWatching.
    }
    await sleep(over() ? rarely : pause);
  }
}

// --- The size of the picture ---------------------------------------------------

function judge() {
  if (!mayStream || !player.live || status.state !== "live") slow.forget();
  else if (slow.judge(status.pictures, picture.received)) onSize();
}

function onSize() {
  show();
  watch();
}

function onOtherLink() {
  const other = slow.smaller() && !document.hidden;
  slow.onOtherLink();
  sound.onOtherLink();
  if (other) onSize();
}

function onFull() {
  slow.keepFull();
  onSize();
}

// --- What is shown -----------------------------------------------------------

const twoDigits = new Intl.NumberFormat(document.documentElement.lang, { maximumSignificantDigits: 2 });

// situation returns the state, a headline and, if there is no picture, what to expect.
function situation() {
  if (refusal) return refusal;
  if (over()) {
    return ["ended", t("Sharing has ended"), t("This page reconnects when sharing begins again.")];
  }
  if (!answered && Date.now() - heard > answerWithin) {
    return ["gone", t("Not reachable"), t("Fanlight was closed, or the network is down. This page reconnects by itself.")];
  }
  if (!player.live) return ["past", player.paused ? t("Paused") : t("Behind live"), ""];
  switch (status?.state) {
    case undefined:
      return ["starting", t("Connecting…"), ""];
    case "live":
      return ["live", t("Live"), ""];
    case "starting":
      return ["starting", t("Starting the camera…"), ""];
    case "lost":
      return ["lost", lost(status), ""];
    case "off":
      return ["off", t("Camera off"), ""];
    case "paused":
      return ["paused", t("Paused by the owner"), ""];
    default:
      return [status.state, status.state, ""];
  }
}

function mode() {
  if ((player.live && status?.state !== "live") || canvas.hidden) return "";
  const size = `${canvas.width}×${canvas.height}`;
  if (!mayStream) return t("{{.Size}} · 1 fps, open in many windows", { Size: size });
  const fps = picture.rate();
  return fps > 0 ? `${size} · ${t("{{.Rate}} fps", { Rate: twoDigits.format(fps) })}` : size;
}

function show() {
  const [state, headline, detail] = situation();
  const away = ["ended", "gone", "blocked", "disconnected"].includes(state);
  document.body.dataset.state = state;
  setText("state", headline);
  setText("headline", detail && headline);
  setText("detail", detail);
  element("notice").hidden = detail === "";
  canvas.setAttribute("aria-label", detail ? t("Last picture. {{.State}}", { State: headline }) : player.live ? t("Live picture") : t("Earlier picture"));
  snapshot.hidden = away;
  element("recordings").hidden = away || !status?.recordings;
  timeline.allow(mayStream && detail === "");
  element("fullscreen").hidden = away && !document.fullscreenElement;
  keepAwake((state === "live" || (state === "past" && !player.paused)) && !document.hidden);
  setText("viewers", status && !away ? viewers(status.viewers) : "");
  setText("mode", away || detail ? "" : mode());
  sound.show(mayStream && !away);
  setText("lag", away ? "" : sound.words());
  setText("thin", slow.smaller() && !away ? t("Slow connection: smaller picture") : "");
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
    const asked = performance.now();
    const answer = await fetch("api/status", { cache: "no-store", signal: AbortSignal.timeout(answerWithin) });
    const answered = performance.now();
    if (answer.ok) return { ...(await answer.json()), asked, answered };
    if (answer.status !== 401 && answer.status !== 403) return null; // from a proxy, for a server that is gone
    await refuse(answer);
    return undefined;
  } catch {
    return null; // no network, no server, or no answer in time: the viewer need not know which
  }
}

async function poll() {
  clearTimeout(timer);
  if (disconnected()) return;
  const mine = ++polls;
  const answer = await readStatus();
  if (document.hidden || mine !== polls) return;
  if (answer) onAnswer(answer);
  else if (answer === null) onSilence();
  show();
  timer = setTimeout(poll, over() ? rarely : pollEvery);
}

function onAnswer(answer) {
  const now = Date.now();
  const back = !answered || answer.uptime_s < (status?.uptime_s ?? 0) || now - polled > asleepAfter;
  // A stream has a card for that; between two snapshots nothing else hides the old picture.
  if (!mayStream && answer.state !== "live" && answer.camera.name !== status?.camera.name) picture.forget();
  const stuck = now - heard > silentFor && answer.pictures > (status?.pictures ?? 0);
  [status, answered, polled, ended] = [answer, true, now, false];
  if (stuck || (back && now - heard > tryAgainAfter)) watch();
  judge();
  sound.follow(answer);
  timeline.follow(answer.state);
}

function onSilence() {
  if (answered && ended) sayEnded();
  if (ended) sound.follow(null);
  [answered, refusal] = [false, null];
  slow.forget();
}

// --- Coming and going --------------------------------------------------------

// A hidden page stops watching, so that the camera can be turned off and the browser has
// a free connection for other windows.
function leave() {
  clearTimeout(timer);
  polls++;
  stopWatching();
  sound.play(() => null);
  exit();
  keepAwake(false);
}

function come() {
  [polled, ended, refusal] = [Date.now(), false, null];
  enter(onPlace, onEnded);
  watch();
  poll();
}

function onPlace() {
  watch();
  show();
}

function onEnded() {
  ended = true;
  poll();
}

function onVisibility() {
  if (disconnected()) return;
  if (document.hidden) leave();
  else come();
}

// --- Controls ----------------------------------------------------------------

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const key = event.key.toLowerCase();
  if (key === "s" && !snapshot.hidden) snapshot.click();
  if (key === "f") toggleFullscreen();
}

// onSnapshot saves what is seen.
function onSnapshot() {
  snapshot.href = player.live ? "snapshot.jpg?download" : `frame.jpg?viewer=${viewer}&at=${player.moment()}&download`;
}

document.addEventListener("visibilitychange", onVisibility);
document.addEventListener("keydown", onKey);
addEventListener("pagehide", leave);
addEventListener("pageshow", ({ persisted }) => persisted && onVisibility());
addEventListener("online", onOtherLink);
navigator.connection?.addEventListener("change", onOtherLink);
element("full").addEventListener("click", onFull);
again.addEventListener("click", watchAgain);
snapshot.addEventListener("click", onSnapshot);

sound.begin({ viewer, slow: slow.smaller, changed: show });
timeline.begin({
  stream: "stream.mjpg",
  still: () => `frame.jpg?viewer=${viewer}${slow.size()}`,
  timeline: "api/timeline",
  live: true,
  restart: watch,
  draw: (jpeg) => picture.show(jpeg, show),
  changed: show,
});
show();
onVisibility();
