// The picture: from the JPEG to the canvas.

const canvas = document.getElementById("picture");
const drawn = canvas.getContext("bitmaprenderer");
const rateOver = 4000; // ms over which the rate is measured
let arrivals = []; // times of recent pictures
let waiting = null; // the newest picture, if it is not drawn yet
let drawing = false;

// received counts the pictures of the current stream.
export let received = 0;

// begin starts counting again, for another stream.
export function begin() {
  [received, arrivals] = [0, []];
}

// arrive takes a picture of the stream, and counts it.
export function arrive(jpeg, resized) {
  received++;
  arrivals.push(Date.now());
  show(jpeg, resized);
}

// show draws a picture, and calls resized when its size is new. If pictures come faster
// than they can be drawn, only the newest is drawn.
export async function show(jpeg, resized) {
  waiting = jpeg;
  if (drawing) return;
  drawing = true;
  while (waiting) {
    const blob = new Blob([waiting], { type: "image/jpeg" });
    waiting = null;
    try {
      draw(await createImageBitmap(blob), resized);
    } catch {
      // A damaged picture; the next one is on its way.
    }
  }
  drawing = false;
}

function draw(bitmap, resized) {
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
