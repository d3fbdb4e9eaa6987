// The lag: how long pictures and sound wait for each other. Both carry the server's time of
// capture, so what was captured at once is shown and heard at once if all of it waits for
// the slower of the two. Times are in ms: of capture since 1970 by the server's clock, all
// others by performance.now. The viewer's clock may be wrong, and is not asked.

const countsFor = 15000; // a delivery counts for this long
const most = 1500; // what comes this much later than the fastest picture is not waited for
const margin = 20;
const settleEvery = 100;
const silentAfter = 1000; // without sound for this long, pictures do not wait
const leap = 100; // a larger lag than this is taken over at once,
const gently = 0.02; // and any other by changing the speed by this part
const rare = { pictures: 0.03, sounds: 0 }; // the share of deliveries that may be late: a gap is heard

let deliveries; // what came lately: when, and how long after its capture
let paced; // the stream is of the past: its sound comes early
let shift = null; // the time of showing less that of capture; null while nothing came
let settled = 0; // when shift was last changed
let soundUntil; // when the last sound ends that is to be heard
let late; // by how much the sound is later than it should be
let clock = null; // the server's time less performance.now, and how exact that is

// begin forgets the stream before.
export function begin(isPaced) {
  [deliveries, paced, shift, soundUntil, late] = [{ pictures: [], sounds: [] }, isPaced, null, -Infinity, 0];
}

begin(false);

// picture takes note of a picture that has come, and sound of 20 ms of sound, which have to
// be there the time lead before they are heard.
export const picture = (taken) => note(deliveries.pictures, taken, 0);
export const sound = (taken, lead) => note(deliveries.sounds, taken, lead);

function note(list, taken, lead) {
  const now = performance.now();
  list.push({ at: now, delay: now + lead - taken });
  while (list[0].at < now - countsFor) list.shift();
  settle(now);
}

function settle(now) {
  if (shift !== null && now - settled < settleEvery) return;
  const wanted = needed();
  if (wanted === null) return;
  const step = gently * (now - settled);
  settled = now;
  // Where wanted is that much less, the pictures have gone over a gap of the past.
  if (shift === null || wanted > shift + leap || wanted < shift - most) shift = wanted;
  else shift += Math.min(Math.max(wanted - shift, -step), step);
}

// needed is the shift with which all sound and nearly all pictures that came lately would have
// come in time; null if that is not known.
function needed() {
  const { pictures, sounds } = deliveries;
  if (sounds.length === 0 || (paced && pictures.length === 0)) return null;
  const fastest = Math.min(...(pictures.length ? pictures : sounds).map(({ delay }) => delay));
  const slow = Object.keys(rare).map((kind) => {
    const delays = deliveries[kind].map(({ delay }) => delay).filter((delay) => delay < fastest + most);
    delays.sort((a, b) => a - b);
    return delays[Math.ceil((1 - rare[kind]) * delays.length) - 1] ?? -Infinity;
  });
  return Math.max(...slow) + margin;
}

// due is when what was captured then is heard; null while that is not known.
export const due = (taken) => (shift === null ? null : taken + shift);

// hear takes note of sound that will be heard until then, that much later than it is due.
export function hear(until, lateBy) {
  [soundUntil, late] = [until, lateBy];
}

// heardUntil is when the last sound ends.
export const heardUntil = () => soundUntil;

// heard is whether there is sound for the pictures to wait for.
export const heard = () => performance.now() < soundUntil + silentAfter;

// showAt is when a picture is to be shown; 0, which is at once, if it has nothing to wait for.
export function showAt(taken) {
  if (!heard() || shift === null) return 0;
  const at = taken + shift + late;
  return at > performance.now() + 2 * most ? 0 : at;
}

// learn compares the clocks: the server said its time, in seconds, between two moments.
export function learn(time, asked, answered) {
  const roundTrip = answered - asked;
  if (clock && clock.roundTrip < roundTrip && answered - clock.at < 60000) return;
  clock = { ahead: 1000 * time - (asked + answered) / 2, roundTrip, at: answered };
}

// behind is how many seconds after its capture everything is shown; null while unknown.
export const behind = () => (clock && heard() && shift !== null ? Math.max(0, clock.ahead + shift + late) / 1000 : null);
