// The time line under the picture: what there is of the past, the moment shown, and the
// buttons and keys to move it. Time runs from left to right in all languages.

import * as player from "./player.js";
import { t } from "./words.js";

const refreshEvery = 10000; // ms
const drawLive = 1000; // ms between two drawings while live or paused,
const drawPast = 250; // and while the past plays
const jumpBy = 10; // s

const element = (id) => document.getElementById(id);
const line = element("timeline");
const bar = element("past");
const pointed = element("moment"); // the moment under the pointer, and its time of day
const language = document.documentElement.lang;
const timeOfDay = new Intl.DateTimeFormat(language, { timeStyle: "medium" });
const withDate = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
const day = new Intl.DateTimeFormat("en", { dateStyle: "short" });

let allowed = false; // there is a stream whose past can be shown
let dragging = false;
let timer;
let seen = null; // the state of the camera when the time line was last asked for

// begin is called with what player.begin takes.
export function begin(source) {
  const changed = () => {
    draw();
    source.changed();
  };
  player.begin({ ...source, changed });
  element("live").hidden = !source.live;
  element("played").hidden = source.live;
}

// allow shows the time line, if there is a past, or hides it.
export function allow(may) {
  if (may === allowed) return;
  allowed = may;
  draw();
}

// follow asks what there is of the past if that may have changed: in a time, or with the
// state of the camera.
export function follow(state) {
  if (player.known() && state === seen && player.age() < refreshEvery) return;
  seen = state;
  player.refresh();
}

// --- What is drawn -----------------------------------------------------------------

const two = (n) => String(n).padStart(2, "0");

// span writes a time in seconds as 0:32, or 1:02:03.
function span(seconds) {
  const all = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

// clock writes a moment as the time of day, with the date if that is not today's.
function clock(moment) {
  const [then, today] = [1000 * moment, 1000 * player.now()];
  return (day.format(then) === day.format(today) ? timeOfDay : withDate).format(then);
}

// set does not touch what is the same, so that nothing is laid out or read out again.
function set(target, attribute, value) {
  if (target.getAttribute(attribute) !== String(value)) target.setAttribute(attribute, value);
}

function setText(id, text) {
  const target = element(id);
  if (target.textContent !== text) target.textContent = text;
}

// share returns where a moment is on the bar, from 0 to 1.
function share(moment) {
  const [first, last] = [player.oldest(), player.now()];
  return last > first ? Math.min(1, Math.max(0, (moment - first) / (last - first))) : 1;
}

function paint(path, sections) {
  const rectangle = ({ from, to }) => `M${(1000 * share(from)).toFixed(1)} 0H${(1000 * share(to)).toFixed(1)}V1H${(1000 * share(from)).toFixed(1)}Z`;
  set(element(path), "d", sections.map(rectangle).join(""));
}

// draw draws the time line, now and then by itself, but not while the page is hidden.
export function draw() {
  clearTimeout(timer);
  const shown = allowed && player.known();
  line.hidden = !shown;
  if (!shown || document.hidden) return;
  const at = player.position();
  const all = player.sections();
  paint("kept", all);
  paint("watched", all.filter(({ from }) => from < at).map(({ from, to }) => ({ from, to: Math.min(to, at) })));
  element("thumb").style.setProperty("left", `${100 * share(at)}%`);
  drawButtons(at);
  if (player.live || player.paused || document.activeElement !== bar) tell(at);
  timer = setTimeout(draw, player.live || player.paused ? drawLive : drawPast);
}

function drawButtons(at) {
  line.toggleAttribute("data-live", player.live);
  line.toggleAttribute("data-paused", player.paused);
  const name = player.paused ? t("Play") : t("Pause");
  set(element("play"), "aria-label", name);
  set(element("play"), "title", `${name} (K)`);
  setText("speed", { 0.5: "½×", 1: "1×", 2: "2×" }[player.speed]);
  set(element("live"), "aria-pressed", player.live);
  setText("behind", player.live ? "" : `−${span(player.now() - at)}`);
  setText("played", `${span(at - player.oldest())} / ${span(player.now() - player.oldest())}`);
}

// tell gives a screen reader the values. While the past plays it does so for what the
// viewer does, and not four times a second.
function tell(at) {
  const behind = t("{{.Time}} behind live", { Time: span(player.now() - at) });
  set(bar, "aria-valuemax", Math.round(player.now() - player.oldest()));
  set(bar, "aria-valuenow", Math.round(at - player.oldest()));
  set(bar, "aria-valuetext", player.live ? t("Live") : element("live").hidden ? clock(at) : `${clock(at)}, ${behind}`);
}

// --- Pointer -----------------------------------------------------------------------

// point shows the moment under the pointer, and returns it.
function point({ clientX }) {
  const box = bar.getBoundingClientRect();
  const part = Math.min(1, Math.max(0, (clientX - box.left) / box.width));
  const [first, last] = [player.oldest(), player.now()];
  const moment = first + part * (last - first);
  pointed.hidden = false;
  pointed.textContent = clock(moment);
  const half = pointed.offsetWidth / 2;
  const left = Math.min(Math.max(part * box.width, half), box.width - half);
  pointed.style.setProperty("left", `${left}px`);
  return moment;
}

function onDown(event) {
  if (event.button !== 0) return;
  bar.setPointerCapture(event.pointerId);
  dragging = true;
  player.hold(point(event));
}

function onMove(event) {
  if (line.hidden) return; // there is no past any more
  const moment = point(event);
  if (dragging) player.hold(moment);
}

function onUp({ pointerType }) {
  if (!dragging) return;
  dragging = false;
  if (line.hidden) return;
  if (pointerType !== "mouse") pointed.hidden = true; // a finger points no more
  player.release();
}

function onLeave() {
  if (!dragging) pointed.hidden = true;
}

// --- Buttons and keys --------------------------------------------------------------

const toggle = () => (player.paused ? player.play() : player.pause());
const back = () => player.jump(-jumpBy);
const on = () => player.jump(jumpBy);
const stepBack = () => player.step(-1);
const stepOn = () => player.step(1);

const buttons = { play: toggle, back, on, stepback: stepBack, stepon: stepOn, speed: player.otherSpeed, live: player.goLive };
const once = { " ": toggle, k: toggle, l: player.goLive, End: player.goLive, Home: () => toStart(), "<": player.slower, ">": player.faster };
const again = { ArrowLeft: back, j: back, ArrowRight: on, ",": stepBack, ".": stepOn }; // as long as the key is down

function toStart() {
  player.hold(player.oldest());
  player.release();
}

function onKey(event) {
  if (line.hidden || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const press = again[key] ?? (event.repeat ? undefined : once[key]);
  if (!press || (key === " " && event.target.closest("button, a"))) return;
  event.preventDefault();
  press();
  tell(player.position());
}

for (const [id, press] of Object.entries(buttons)) element(id).addEventListener("click", press);
bar.addEventListener("pointerdown", onDown);
bar.addEventListener("pointermove", onMove);
bar.addEventListener("pointerup", onUp);
bar.addEventListener("pointercancel", onUp);
bar.addEventListener("pointerleave", onLeave);
document.addEventListener("keydown", onKey);
document.addEventListener("visibilitychange", draw);
