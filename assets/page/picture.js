// The picture: from the JPEG to the canvas.

const canvas = document.getElementById("picture");
const drawn = canvas.getContext("bitmaprenderer");
const rateOver = 4000; // ms over which the rate is measured
let arrivals = []; // times of recent pictures
let waiting = null; // the newest picture, if it is not drawn yet
let drawing = false;
let places = 0; // pictures so far
let last = 0; // the place of the last one drawn

// received counts the pictures of the current stream.
export let received = 0;

// begin starts counting again, for another stream.
export function begin() {
  [received, arrivals] = [0, []];
}

// count takes note of a picture of the stream.
export function count() {
  received++;
  arrivals.push(Date.now());
}

// arrive takes a picture of the stream, and counts it.
export function arrive(jpeg, resized) {
  count();
  show(jpeg, resized);
}

// place is the next picture's in the order of pictures. None is drawn after one behind it.
export const place = () => ++places;

// show draws a picture, and calls resized when its size is new. If pictures come faster
// than they can be drawn, only the newest is drawn.
export async function show(jpeg, resized, at = place()) {
  if (waiting && at < waiting.at) return;
  waiting = { jpeg, at };
  if (drawing) return;
  drawing = true;
  while (waiting) {
    const { jpeg, at } = waiting;
    waiting = null;
    try {
      draw(await decode(jpeg), at, resized);
    } catch {
      // A damaged picture; the next one is on its way.
    }
  }
  drawing = false;
}

export const decode = (jpeg) => createImageBitmap(new Blob([jpeg], { type: "image/jpeg" }));

// draw draws a picture that was decoded, unless one behind it is drawn already.
export function draw(bitmap, at, resized) {
  if (at < last) {
    bitmap.close();
    return;
  }
  last = at;
  const { width, height } = bitmap;
  if (canvas.hidden || canvas.width !== width || canvas.height !== height) {
    [canvas.width, canvas.height, canvas.hidden] = [width, height, false];
    document.getElementById("stage").style.setProperty("--ratio", width / height);
    resized();
  }
  drawn.transferFromImageBitmap(bitmap);
}

// forget hides the picture, which is of another camera, until the next one.
export function forget() {
  canvas.hidden = true;
}

// rate returns the measured rate in fps; zero while unknown.
export function rate() {
  arrivals = arrivals.filter((at) => Date.now() - at < rateOver);
  if (arrivals.length < 2) return 0;
  return (1000 * (arrivals.length - 1)) / Math.max(1, arrivals.at(-1) - arrivals[0]);
}
