// The moment that a viewer sees: live, or one of the past, which plays or stands still.
// All moments are the server's, in seconds since 1970: the viewer's clock may be wrong.

const atLive = 1; // s: a moment this close to the newest picture is live
const growsWithin = 2; // s: with a picture this new, more are on their way
const settleAfter = 250; // ms from the last of several jumps until the stream goes on there
const answerWithin = 5000; // ms
const speeds = [0.5, 1, 2];

let source = null; // what begin was called with
let past = null; // the last answer with the time line; null if there is no past
let answeredAt = 0; // when it came, in ms of performance.now
let latest = null; // when the last live picture was taken
let at = 0; // the moment shown, unless live

export let live = false;
export let paused = false;
export let speed = 1;

// begin takes the address timeline; live, whether there is more than a past; and the
// functions still, which returns the address of a still with a query, draw, which shows a
// JPEG, changed, and restart, which requests the stream again, with query at the end of its
// address.
export function begin(what) {
  [source, live] = [what, what.live];
}

// --- What there is -------------------------------------------------------------

// refresh asks the server what there is of the past.
export async function refresh() {
  try {
    const answer = await fetch(source.timeline, { cache: "no-store", signal: AbortSignal.timeout(answerWithin) });
    const told = answer.ok ? await answer.json() : {};
    [past, answeredAt] = [told.rewind !== false && told.sections?.length > 0 ? told : null, performance.now()];
  } catch {
    return; // no network, or no server: what is known stays
  }
  if (!past && source.live && !live) goLive();
  if (past && !source.live && at === 0) at = oldest();
  source.changed();
}

export const known = () => past !== null;
export const age = () => performance.now() - answeredAt; // ms since the last answer

// now is the time by the server's clock, or the end of a past that does not grow.
export const now = () => (source.live ? past.now + age() / 1000 : newest());

const growing = () => source.live && past.now - past.sections.at(-1).to < growsWithin;
const newest = () => (growing() ? now() : past.sections.at(-1).to);
export const oldest = () => past.sections[0].from;

// sections are the times with pictures, in order.
export const sections = () => [...past.sections.slice(0, -1), { from: past.sections.at(-1).from, to: newest() }];

// position is the moment shown.
export const position = () => (live ? now() : at);

const micros = (moment) => moment.toFixed(6); // tells all pictures apart

// moment is the moment shown of the past, for the query of its still; query is the end of
// the stream's address.
export const moment = () => micros(at);
export const query = () => (live ? "" : `&from=${moment()}&speed=${paused ? 0 : speed}`);

// heard is query for the sound; null where there is none: at other speeds, and of a still.
export const heard = () => (live ? "" : paused || speed !== 1 ? null : `&from=${moment()}`);

// --- The stream ------------------------------------------------------------------

let held = false; // stills are shown in place of the stream
let stepped = false; // a still is shown that is not the one at which the stream stands
let standing = null; // when the picture was taken at which the stream stands

// arrive takes note of a picture of the stream, by when it was taken, and returns whether
// it is to be shown.
export function arrive(taken) {
  if (live) latest = taken;
  if (paused && taken !== (standing ??= taken)) onForbidden();
  if (held || stepped) return false;
  if (live) return true;
  at = taken;
  if (past && source.live && !paused && (speed >= 1 || !growing()) && at > newest() - atLive) goLive();
  return true;
}

// end takes note of the end of the stream of a past that does not grow.
export function end() {
  if (past) at = newest();
  paused = true;
  source.changed();
}

// onForbidden goes on live as the stream has done: the owner lets nobody rewind any more.
function onForbidden() {
  goLive();
  refresh();
}

function restart() {
  stepped = false;
  standing = null;
  source.restart();
  source.changed();
}

// --- Stills ----------------------------------------------------------------------

let target = null; // a moment whose still is to be shown
let steps = 0; // pictures on from the one shown; back if negative
let asking = false;

// showStills requests one still at a time, always of the newest target.
async function showStills() {
  if (asking) return;
  asking = true;
  while (target !== null || steps !== 0) {
    const step = target === null ? Math.sign(steps) : 0;
    const from = target ?? at;
    [target, steps] = [null, steps - step];
    try {
      await showStill(from, step);
    } catch {
      steps = 0; // no network, or no server: the stream tells
    }
  }
  asking = false;
}

async function showStill(from, step) {
  const address = `${source.still()}&at=${micros(from)}${step ? `&step=${step}` : ""}`;
  const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(answerWithin) });
  if (!answer.ok) {
    if (Math.sign(steps) === step) steps = 0; // there is no further picture that way
    return;
  }
  const jpeg = await answer.blob();
  if (!(step ? stepped : held)) return; // the viewer has gone elsewhere
  if (step) at = Number(answer.headers.get("X-Timestamp"));
  source.draw(jpeg);
  source.changed();
}

// --- What the viewer does ----------------------------------------------------------

let settling;

// hold shows the still of a moment until release.
export function hold(wanted) {
  clearTimeout(settling);
  [held, live, steps] = [true, false, 0];
  at = target = Math.min(Math.max(wanted, oldest()), newest());
  showStills();
  source.changed();
}

// release goes on from the moment that hold has shown.
export function release() {
  letGo();
  live = source.live && !paused && at > newest() - atLive;
  if (live) speed = 1;
  restart();
}

function letGo() {
  clearTimeout(settling);
  held = false;
  target = null;
}

// leave makes the moment shown one of the past.
function leave() {
  letGo();
  if (live) at = latest ?? now();
  live = false;
}

export function pause() {
  leave();
  paused = true;
  restart();
}

export function play() {
  const most = newest();
  leave();
  paused = false;
  if (!source.live && at >= most - 0.1) at = oldest(); // a recording from its end
  if (source.live && at > most - atLive) goLive();
  else restart();
}

export function goLive() {
  if (!source.live) return;
  letGo();
  [live, paused, speed, steps] = [true, false, 1, 0];
  restart();
}

// jump goes some seconds on, or back. A gap in the way is no obstacle.
export function jump(seconds) {
  if (live && seconds > 0) return;
  const wanted = position() + seconds;
  const next = past.sections.find(({ to }) => to >= wanted);
  hold(seconds > 0 && next ? Math.max(wanted, next.from) : wanted);
  settling = setTimeout(release, settleAfter);
}

// step shows the next picture, or the one before, and stands still.
export function step(direction) {
  if (!paused || held) pause();
  stepped = true;
  steps += direction;
  showStills();
}

// setSpeed changes the speed. Nothing is faster than live.
export function setSpeed(wanted) {
  if (wanted === speed || !speeds.includes(wanted) || (live && wanted > 1)) return;
  if (!paused) leave();
  speed = wanted;
  if (paused) source.changed();
  else restart();
}

export const slower = () => setSpeed(speeds[speeds.indexOf(speed) - 1]);
export const faster = () => setSpeed(speeds[speeds.indexOf(speed) + 1]);

// otherSpeed goes from one speed to another, for a button that has them all.
export function otherSpeed() {
  if (speed === 1) setSpeed(0.5);
  else setSpeed(speed === 0.5 && !live ? 2 : 1);
}
