// The windows of one browser. A browser opens at most six connections to a server, and a
// stream takes one. So the windows tell each other that they are open: the first four
// watch the stream, and the others load a snapshot once a second.

const places = 4;
const sayEvery = 1000; // ms
const forgetAfter = 4000; // ms

const channel = new BroadcastChannel("fanlight");
const me = { id: Math.random(), since: Date.now() };
const others = new Map(); // by id: when they opened, and when they last said so
let saying = null; // the timer, while this window is open
let onChange, onEnded;
let onSounding = () => {};

// mayStream is whether this window is one of the first.
export let mayStream = true;

function say(what) {
  channel.postMessage({ ...me, what });
}

// sayEnded tells the windows without a stream that sharing has ended.
export function sayEnded() {
  say("ended");
}

// saySound tells the other windows that this one has the sound, which takes a connection
// too, and is heard once only.
export function saySound() {
  say("sound");
}

// onSound calls other when another window has the sound.
export function onSound(other) {
  onSounding = other;
}

channel.onmessage = ({ data }) => {
  if (data.what === "sound") onSounding();
  if (saying === null) return;
  if (data.what === "bye") {
    others.delete(data.id);
  } else {
    if (!others.has(data.id)) say("here");
    others.set(data.id, { since: data.since, at: Date.now() });
  }
  if (data.what === "ended" && !mayStream) onEnded();
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
  onChange();
}

function sayHere() {
  say("here");
  takePlace();
}

// enter counts this window among those that are open. It calls change when mayStream
// changes, and ended when another window says so.
export function enter(change, ended) {
  [onChange, onEnded] = [change, ended];
  clearInterval(saying);
  saying = setInterval(sayHere, sayEvery);
  others.clear();
  sayHere();
}

// exit gives this window's place to another.
export function exit() {
  clearInterval(saying);
  saying = null;
  say("bye");
}
