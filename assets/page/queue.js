// The pictures that wait for the sound that was captured with them. There are none while
// no sound is heard.

import * as lag from "./lag.js";
import * as picture from "./picture.js";

const decodeAhead = 200; // ms before it is due, a picture is decoded at the soonest: then it takes much more memory
const mostDecoding = 3; // at a time
const soonest = 4; // ms until the next look,
const lookEvery = 50; // and at the latest: the lag changes, and the sound may end

let queue = []; // in order
let decoding = 0; // of them
let timer = null;

// add shows a picture when it is due, and calls resized if its size is new.
export function add(jpeg, taken, resized) {
  picture.count();
  lag.picture(taken);
  if (queue.length === 0 && lag.showAt(taken) === 0) {
    picture.show(jpeg, resized);
    return;
  }
  queue.push({ jpeg, taken, resized, place: picture.place(), bitmap: null, decoding: false });
  look();
}

// clear forgets the pictures that wait.
export function clear() {
  drop(queue.length);
}

// drop removes the first pictures.
function drop(count) {
  for (const { bitmap } of queue.splice(0, count)) bitmap?.close();
}

// look shows what is due, and looks again when the next picture is.
function look() {
  clearTimeout(timer);
  if (queue.length > 0 && !lag.heard()) hurry();
  const now = performance.now();
  const isDue = ({ taken }) => lag.showAt(taken) <= now;
  const ready = queue.findLastIndex((one) => one.bitmap && isDue(one));
  if (ready >= 0) {
    const { bitmap, place, resized } = queue[ready];
    queue[ready].bitmap = null; // it is the canvas's now
    picture.draw(bitmap, place, resized);
    drop(ready + 1);
  }
  const newest = queue.findLastIndex(isDue);
  queue = queue.filter((one, i) => i >= newest || one.decoding || one.bitmap); // too late to be decoded
  for (const one of queue) {
    if (decoding < mostDecoding && !one.decoding && lag.showAt(one.taken) < now + decodeAhead) decode(one);
  }
  if (queue.length > 0) timer = setTimeout(look, Math.min(Math.max(lag.showAt(queue[0].taken) - now, soonest), lookEvery));
}

// hurry shows the newest picture at once.
function hurry() {
  const { jpeg, resized, place } = queue.at(-1);
  clear();
  picture.show(jpeg, resized, place);
}

async function decode(one) {
  one.decoding = true;
  decoding++;
  try {
    one.bitmap = await picture.decode(one.jpeg);
  } catch {
    queue = queue.filter((other) => other !== one); // a damaged picture
  }
  decoding--;
  if (!queue.includes(one)) one.bitmap?.close();
  look();
}
