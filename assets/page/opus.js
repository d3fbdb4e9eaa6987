// Sound for thin links: Opus in WebM, with a twelfth of the bytes, played by the browser's
// own player. That plays when it likes: its speed is changed until it is on time, and the
// pictures go by where it is.

import * as lag from "./lag.js";

const type = 'audio/webm; codecs="opus"';
const packet = 20; // ms
const keep = 10; // s behind the moment heard
const steerEvery = 50; // ms
const astray = 250; // ms: a player further off is put right at once,
const nearly = 10; // ms: and nearer is let be; between them, by playing
const within = 2000; // ms, in which it would be put right,
const [slowest, fastest] = [0.97, 1.04]; // by a speed between these
const firstLead = 150; // ms that a player wants sound before it is heard,
const mostLead = 600; // more if it had to wait
const moreLead = 50;

let lead = firstLead;

// playable is whether the browser can play Opus in step with pictures. Firefox can not: once
// it had to wait for sound, it tells a currentTime that is up to half a second off.
export const playable = () => (globalThis.MediaSource?.isTypeSupported(type) ?? false) && !navigator.userAgent.includes("Firefox");

const once = (target, event, signal) =>
  new Promise((resolve, reject) => {
    target.addEventListener(event, resolve, { once: true, signal });
    signal.addEventListener("abort", reject, { once: true });
  });

// play plays an answer through an audio element until it ends or the signal is given. It
// rejects if the browser cannot play it, or does not let a page play.
export async function play(answer, audio, signal) {
  const start = 1000 * Number(answer.headers.get("X-Timestamp"));
  const media = new MediaSource();
  const address = URL.createObjectURL(media);
  const waits = () => (lead = Math.min(lead + moreLead, mostLead));
  let timer;
  try {
    audio.src = address;
    await once(media, "sourceopen", signal);
    const buffer = media.addSourceBuffer(type);
    const playing = audio.play();
    playing.catch(() => {}); // told below
    timer = setInterval(steer, steerEvery, audio, start);
    audio.addEventListener("waiting", waits);
    await Promise.race([feed(answer.body.getReader(), buffer, audio, start, signal), playing.then(() => once(audio, "error", signal))]);
  } finally {
    clearInterval(timer);
    audio.removeEventListener("waiting", waits);
    audio.removeAttribute("src");
    audio.load();
    URL.revokeObjectURL(address);
  }
}

async function feed(reader, buffer, audio, start, signal) {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    buffer.appendBuffer(value);
    await once(buffer, "updateend", signal);
    const { buffered } = buffer;
    if (buffered.length === 0) continue;
    lag.sound(start + 1000 * buffered.end(buffered.length - 1) - packet, lead);
    if (buffered.start(0) < audio.currentTime - 2 * keep) {
      buffer.remove(0, audio.currentTime - keep);
      await once(buffer, "updateend", signal);
    }
  }
}

const among = (ranges, time) => Array.from(ranges, () => 0).some((_, i) => ranges.start(i) <= time && time < ranges.end(i));

// steer brings the player to where it should be, or nearer.
function steer(audio, start) {
  const due = lag.due(start);
  if (due === null || audio.readyState < audio.HAVE_CURRENT_DATA) return;
  const now = performance.now();
  const wanted = (now - due) / 1000; // s
  const late = 1000 * (wanted - audio.currentTime);
  if (audio.paused) {
    if (late >= 0) audio.play();
  } else if (late < -astray || (late < -nearly && audio.currentTime === 0)) {
    audio.pause(); // until it is due
  } else if (late > astray) {
    if (among(audio.buffered, wanted)) audio.currentTime = wanted;
  } else {
    audio.playbackRate = Math.abs(late) < nearly ? 1 : Math.min(Math.max(1 + late / within, slowest), fastest);
    if (audio.readyState > audio.HAVE_CURRENT_DATA) lag.hear(now, late);
  }
}
