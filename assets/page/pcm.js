// Sound as it is: records of a time and 20 ms of samples, each played by the clock of the
// loudspeaker when it is due.

import * as lag from "./lag.js";
import { Input } from "./multipart.js";

const rate = 48000;
const samples = 960; // of a record
const length = (1000 * samples) / rate; // ms
const ahead = 1000; // ms before it is due, sound is handed to the loudspeaker at the soonest
const lead = 15; // ms that this may take
const jitter = 10; // ms: a time further off than that is a gap
const astray = 80; // ms: sound further off is put right at once,
const nearly = 4; // ms: and nearer is let be; between them, by playing
const within = 700; // ms, in which it would be put right,
const steepest = 0.03; // by a speed not further from 1 than that

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// play plays the body of an answer through a node of an AudioContext until it ends or the
// signal is given. It calls stalled when sound comes too late.
export async function play(body, node, signal, stalled) {
  const input = new Input(body, () => {});
  const speaker = new Speaker(node);
  try {
    for (let record; (record = await input.bytes(8 + 2 * samples)); ) {
      const view = new DataView(record.buffer);
      const taken = Number(view.getBigUint64(0)) / 1000;
      speaker.measure();
      lag.sound(taken, speaker.latency() + lead);
      while (lag.due(taken) === null || lag.due(taken) > performance.now() + ahead) {
        await sleep(ahead / 10);
        if (signal.aborted) return;
      }
      if (speaker.context.state === "running" && !speaker.play(taken, view)) stalled();
    }
  } finally {
    speaker.silence();
  }
}

class Speaker {
  constructor(node) {
    [this.node, this.context] = [node, node.context];
    this.ahead = null; // ms: the context's time of what is heard, less performance.now
    this.taken = 0; // when the end of the last sound was captured
    this.end = 0; // the context's time of its end, in s
    this.playing = new Set();
  }

  // measure compares the clocks. A single comparison is off by some ms.
  measure() {
    const heard = this.context.getOutputTimestamp();
    const ahead = 1000 * heard.contextTime - heard.performanceTime;
    if (this.ahead === null || Math.abs(ahead - this.ahead) > 100) this.ahead = ahead;
    else this.ahead += (ahead - this.ahead) / 50;
  }

  // latency is how long before it is heard sound leaves the script, in ms.
  latency() {
    return 1000 * this.context.currentTime - this.ahead - performance.now();
  }

  // play schedules a record, and reports whether it came in time.
  play(taken, view) {
    const gap = taken - this.taken;
    if (Math.abs(gap) > jitter) this.end += gap / 1000;
    this.taken = taken + length;
    const wanted = (lag.due(taken) + this.ahead) / 1000;
    let off = 1000 * (wanted - this.end);
    if (off < -astray) this.silence();
    if (Math.abs(off) > astray) [this.end, off] = [wanted, 0];
    const speed = Math.abs(off) < nearly ? 1 : 1 - Math.min(Math.max(off / within, -steepest), steepest);
    const begin = this.end;
    this.end += length / speed / 1000;
    if (begin < this.context.currentTime) return false;
    this.start(view, begin, speed);
    lag.hear(1000 * this.end - this.ahead, -off);
    return true;
  }

  start(view, begin, speed) {
    const buffer = this.context.createBuffer(1, samples, rate);
    const values = buffer.getChannelData(0);
    for (let i = 0; i < samples; i++) values[i] = view.getInt16(8 + 2 * i, true) / 32768;
    const source = new AudioBufferSourceNode(this.context, { buffer, playbackRate: speed });
    source.connect(this.node);
    source.start(begin);
    this.playing.add(source);
    source.onended = () => this.playing.delete(source);
  }

  silence() {
    for (const source of this.playing) source.stop();
  }
}
