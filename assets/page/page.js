// The viewer page's script. The picture shows without it; the script adds what
// only a script can: the stream's name, its state in words, full screen, and a
// picture that comes back after the server or the network was away.

const pollEvery = 2000; // ms
const answerWithin = 5000; // ms, after which a silent server counts as gone
const asleepAfter = 15000; // ms between two answers that only a sleeping computer explains

const element = (id) => document.getElementById(id);
const picture = element("picture");
const stage = element("stage");
const fullscreen = element("fullscreen");

let gone = false; // the last poll had no answer
let uptime = 0; // seconds, from the last answer: less than that means a new server
let heard = Date.now();
let asked = Date.now(); // when the picture was last asked for
let timer;

// setText leaves an unchanged text alone, so that a screen reader does not repeat it.
function setText(id, text) {
  const target = element(id);
  if (target.textContent !== text) target.textContent = text;
  target.hidden = text === "";
}

function setState(state, words) {
  document.body.dataset.state = state;
  setText("state", words);
}

// loadPicture asks for the stream anew; the address must differ from the last
// one, or the browser takes the picture that it has for the answer.
function loadPicture() {
  asked = Date.now();
  picture.src = `stream.mjpg?t=${Date.now()}`;
}

// broken says that the last request for the picture failed or was cut off.
function broken() {
  return picture.complete && picture.naturalWidth === 0;
}

// ended says that the server closed the stream in good order, of which browsers
// tell nothing: the picture just stands still. Seen only where nobody else watches.
function ended(status) {
  return status.state === "live" && status.viewers === 0 && Date.now() - asked > pollEvery;
}

function inWords(status) {
  switch (status.state) {
    case "live":
      return "Live";
    case "starting":
      return "Starting the camera…";
    case "lost":
      return `Camera lost: ${status.reason}`;
    case "off":
      return "Camera off";
    default:
      return status.state;
  }
}

const twoDigits = new Intl.NumberFormat("en", { maximumSignificantDigits: 2 });

function show(status) {
  document.title = status.name;
  setText("name", status.name);
  setText("viewers", `${status.viewers} watching`);
  const { width, height, fps } = status;
  const known = width > 0 && height > 0;
  setText("mode", known && fps > 0 ? `${width} × ${height}, ${twoDigits.format(fps)} fps` : "");
  if (known) stage.style.setProperty("--ratio", width / height);
}

function onAnswer(status) {
  const now = Date.now();
  const back = gone || status.uptime_s < uptime || now - heard > asleepAfter;
  const refused = broken() && !back;
  [gone, uptime, heard] = [false, status.uptime_s, now];
  show(status);
  if (refused) {
    setState("refused", "The picture does not come, perhaps because too many are watching; trying again");
  } else {
    setState(status.state, inWords(status));
  }
  if (back || refused || ended(status)) loadPicture();
}

function onSilence() {
  gone = true;
  setText("viewers", "");
  setText("mode", "");
  setState("gone", "Not reachable: Fanlight was closed, or the network is away; trying again");
}

async function readStatus() {
  try {
    const answer = await fetch("api/status", { cache: "no-store", signal: AbortSignal.timeout(answerWithin) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null; // no network, no server, or no answer in time: all the same to the viewer
  }
}

async function poll() {
  const status = await readStatus();
  if (document.hidden) return;
  if (status) onAnswer(status);
  else onSilence();
  clearTimeout(timer);
  timer = setTimeout(poll, pollEvery);
}

// A page that nobody sees lets go of the stream: the camera can go off, and the
// browser has one of its six connections to a server free for other tabs.
function onVisibility() {
  clearTimeout(timer);
  if (document.hidden) {
    picture.removeAttribute("src");
    return;
  }
  heard = Date.now();
  loadPicture();
  poll();
}

function toggleFullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else stage.requestFullscreen();
}

function onKey(event) {
  if (event.key.toLowerCase() !== "f" || event.ctrlKey || event.metaKey || event.altKey) return;
  toggleFullscreen();
}

document.addEventListener("visibilitychange", onVisibility);

// iPhones show only videos in full screen.
if (document.fullscreenEnabled) {
  fullscreen.hidden = false;
  fullscreen.addEventListener("click", toggleFullscreen);
  document.addEventListener("keydown", onKey);
}

setState("starting", "Connecting…");
poll();
