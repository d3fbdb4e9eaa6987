// The script of a recording's page: it plays the recording with the time line of the viewer
// page. Without it the browser shows the recording's stream as an image.

import { pictures } from "./multipart.js";
import * as picture from "./picture.js";
import * as player from "./player.js";
import * as queue from "./queue.js";
import { keepAwake, toggleFullscreen } from "./screen.js";
import * as sound from "./sound.js";
import * as timeline from "./timeline.js";
import { viewer } from "./viewer.js";
import { told } from "./words.js";

const beginWithin = 15000; // ms
const tryAgainAfter = 2000; // ms
const showEvery = 500; // ms: sound comes and goes by itself

const element = (id) => document.getElementById(id);
const snapshot = element("snapshot");

let request = null; // the AbortController of the current request
let watching = 0; // the number of the current stream

function stop() {
  watching++;
  request?.abort();
}

// say shows why there is no picture; an empty sentence hides that.
function say(sentence) {
  element("detail").textContent = sentence;
  element("notice").hidden = sentence === "";
}

async function ask(address) {
  const mine = new AbortController();
  request = mine;
  const timer = setTimeout(() => mine.abort(), beginWithin);
  try {
    return await fetch(address, { cache: "no-store", signal: mine.signal, headers: { "X-Requested-With": "Fanlight" } });
  } finally {
    clearTimeout(timer);
  }
}

function arrive(jpeg, taken) {
  if (sound.on()) queue.add(jpeg, 1000 * taken, show);
  else picture.arrive(jpeg, show);
}

async function play(mine) {
  const answer = await ask(`stream.mjpg?viewer=${viewer}${player.query()}`);
  if (answer.status === 401) location.reload(); // which asks for the passcode
  if (!answer.ok) {
    say(told((await answer.text()).trim()));
    return;
  }
  say("");
  picture.begin();
  queue.clear();
  for await (const { jpeg, taken } of pictures(answer.body, () => {})) {
    if (mine !== watching) return;
    if (player.arrive(taken)) arrive(jpeg, taken);
  }
  if (mine === watching) await end();
}

// end takes note of the end of the recording, which may be longer by now.
async function end() {
  await player.refresh();
  player.end();
  sound.play(player.heard);
}

async function watch() {
  stop();
  const mine = watching;
  sound.play(player.heard);
  try {
    await play(mine);
  } catch {
    if (mine === watching) setTimeout(() => mine === watching && watch(), tryAgainAfter); // no network, or no server
  }
}

function show() {
  keepAwake(!player.paused && !document.hidden);
  sound.show(true);
  const lag = element("lag");
  const words = sound.words();
  if (lag.textContent !== words) lag.textContent = words;
  lag.hidden = words === "";
}

function onVisibility() {
  if (document.hidden) leave();
  else watch();
  show();
}

function leave() {
  stop();
  sound.play(() => null);
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const key = event.key.toLowerCase();
  if (key === "s") snapshot.click();
  if (key === "f") toggleFullscreen();
}

function onSnapshot() {
  snapshot.href = `frame.jpg?viewer=${viewer}&at=${player.moment()}&download`;
}

document.addEventListener("visibilitychange", onVisibility);
document.addEventListener("keydown", onKey);
addEventListener("pagehide", leave);
setInterval(show, showEvery);
snapshot.addEventListener("click", onSnapshot);

sound.begin({ viewer, slow: () => false, changed: show });
if (document.body.hasAttribute("data-sound")) sound.offer({ state: "recorded", muted: false });
timeline.begin({
  still: () => `frame.jpg?viewer=${viewer}`,
  timeline: "timeline",
  live: false,
  restart: watch,
  draw: (jpeg) => picture.show(jpeg, show),
  changed: show,
});
await player.refresh();
timeline.allow(true);
if (!document.hidden) watch();
