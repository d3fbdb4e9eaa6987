// The sound: a button, a key and a volume. A page is silent until its viewer wants sound, as
// browsers demand. Who hears sound sees pictures later by the lag.

import * as lag from "./lag.js";
import * as opus from "./opus.js";
import * as pcm from "./pcm.js";
import { t, told } from "./words.js";
import { onSound, saySound } from "./windows.js";

const beginWithin = 15000; // ms
const tryAgainAfter = 2000; // ms
const silentFor = 5000; // ms without sound, while the microphone delivers, before it is requested again
const stallsIn = 20000; // ms, in which
const mostStalls = 6; // mean that the link is too thin for sound as it is,
const stallApart = 1000; // ms: what is late together is late once

const element = (id) => document.getElementById(id);
const button = element("sound");
const volume = element("volume");
const seconds = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// visit remembers what the viewer wants for as long as the window is open.
const visit = {
  get: (key) => {
    try {
      return sessionStorage[key];
    } catch {
      return undefined; // the browser is set to store nothing
    }
  },
  set: (key, value) => {
    try {
      sessionStorage[key] = value;
    } catch {
      // as above
    }
  },
};

let page; // what begin was called with
let microphone = null; // what the status says of it; null if there is none
let context = null; // the AudioContext, once the viewer has wanted sound,
let gain; // its volume,
const audio = new Audio(); // and the player for thin links
let wanted = false; // the viewer wants sound
let thin = false; // the link is too thin for sound as it is
let stalls = []; // when sound was late
let refusal = ""; // why the server gives none
let asks = () => null; // returns the end of the address of what is to be heard now; null for nothing
let query = null; // what it has returned last
let request = null; // the AbortController of the current request
let turn = 0; // the number of the current loop
let heard = 0; // when there was sound last, or when it was asked for

// begin takes viewer, for the queries; slow, which tells whether the page requests smaller
// pictures; and changed, which shows what is new.
export function begin(what) {
  page = what;
  volume.value = visit.get("fanlight-volume") ?? 1;
  if (visit.get("fanlight-sound") === "on") ["pointerdown", "keydown"].forEach((event) => addEventListener(event, remembered));
}

// remembered turns the sound on that was on before the page was loaded again, at the first
// moment at which the browser lets it.
function remembered({ target, key }) {
  ["pointerdown", "keydown"].forEach((event) => removeEventListener(event, remembered));
  if (!wanted && !button.contains(target) && key?.toLowerCase() !== "m") turnOn();
}

export const on = () => wanted;

// follow takes note of what a status says of the microphone and of the server's time; null
// if sharing has ended.
export function follow(status) {
  if (status) lag.learn(status.now, status.asked, status.answered);
  offer(status?.sound ?? null);
}

// offer takes note of what there is to be heard: a microphone, as a status tells of it, or the
// sound of a recording; null for nothing.
export function offer(what) {
  const before = delivers();
  microphone = what;
  if (delivers() !== before || isStuck()) listen();
}

const delivers = () => microphone !== null && !microphone.muted && microphone.state !== "lost" && microphone.state !== "paused";

// isStuck is whether there is no live sound though the microphone delivers.
function isStuck() {
  const silent = performance.now() - Math.max(heard, lag.heardUntil());
  return wanted && query === "" && delivers() && microphone.state === "live" && silent > silentFor;
}

// play plays what belongs to the pictures of a stream, whose query is what a function returns
// at that time; null for silence. It is called whenever the stream begins anew.
export function play(what) {
  const before = query;
  [asks, query] = [what, what()];
  if (query === before && query === "") return; // another size of the picture
  listen();
}

// --- The loop ------------------------------------------------------------------------

function stop() {
  turn++;
  request?.abort();
  request = null;
  lag.begin(query !== "");
}

// listen begins anew to listen, if there is anything to be heard.
async function listen() {
  stop();
  refusal = "";
  if (!wanted || query === null || !delivers()) {
    context?.suspend();
    return;
  }
  context.resume();
  for (const mine = turn; mine === turn; ) {
    try {
      await hear();
    } catch {
      // No network, no server, or stop.
    }
    await sleep(tryAgainAfter);
  }
}

async function hear() {
  query = asks();
  if (query === null) return;
  const mine = new AbortController();
  request = mine;
  heard = performance.now();
  const asOpus = (thin || page.slow()) && opus.playable();
  const timer = setTimeout(() => mine.abort(), beginWithin);
  const address = `audio.${asOpus ? "webm" : "pcm"}?viewer=${page.viewer}${query}`;
  const answer = await fetch(address, { cache: "no-store", signal: mine.signal, headers: { "X-Requested-With": "Fanlight" } });
  clearTimeout(timer);
  refusal = answer.ok ? "" : told((await answer.text()).trim());
  page.changed();
  if (!answer.ok) return;
  if (asOpus) await opus.play(answer, audio, mine.signal);
  else await pcm.play(answer.body, gain, mine.signal, onStall);
}

// onStall changes to Opus if sound is late again and again.
function onStall() {
  const now = performance.now();
  if (now - (stalls.at(-1) ?? 0) < stallApart) return;
  stalls = [...stalls, now].filter((at) => now - at < stallsIn);
  if (stalls.length < mostStalls || !opus.playable()) return;
  thin = true;
  listen();
}

// onOtherLink forgets what was learnt about the previous link.
export function onOtherLink() {
  [thin, stalls] = [false, []];
}

// --- What the viewer does --------------------------------------------------------------

// turnOn is called by the handler of a click or a key: else the browser plays nothing.
function turnOn() {
  if (!context) {
    context = new AudioContext({ sampleRate: 48000 });
    gain = new GainNode(context);
    gain.connect(context.destination);
  }
  wanted = true;
  setVolume();
  saySound();
  change();
}

function turnOff() {
  wanted = false;
  change();
}

function change() {
  visit.set("fanlight-sound", wanted ? "on" : "off");
  listen();
  page.changed();
}

function toggle() {
  if (wanted) turnOff();
  else turnOn();
}

function setVolume() {
  visit.set("fanlight-volume", volume.value);
  audio.volume = volume.value;
  if (gain) gain.gain.value = volume.value;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || button.hidden) return;
  if (event.key.toLowerCase() === "m") toggle();
}

button.addEventListener("click", toggle);
volume.addEventListener("input", setVolume);
document.addEventListener("keydown", onKey);
onSound(() => wanted && turnOff());

// --- What is shown -----------------------------------------------------------------------

// show shows the button where there is a microphone.
export function show(may) {
  button.hidden = !may || microphone === null;
  button.setAttribute("aria-pressed", wanted);
  const name = wanted ? t("Turn the sound off") : t("Turn the sound on");
  button.setAttribute("aria-label", name);
  button.title = wanted && query === null ? t("Sound plays only at normal speed") : `${name} (M)`;
  volume.hidden = button.hidden || !wanted;
}

// words says how the sound stands; nothing if it is off.
export function words() {
  if (!wanted || microphone === null) return "";
  if (microphone.muted) return t("Microphone muted");
  if (microphone.state === "lost") return t("Microphone lost");
  if (query === null || microphone.state === "paused") return t("No sound");
  const behind = lag.behind();
  if (behind !== null) return t("Sound is {{.Seconds}} s behind", { Seconds: seconds.format(behind) });
  return refusal || (lag.heard() ? t("Sound on") : t("Waiting for sound…"));
}
