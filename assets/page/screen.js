// The screen: the picture in full height without the bars, and kept awake while it plays.

import { t } from "./words.js";

const body = document.body;
const button = document.getElementById("fullscreen");
const touch = matchMedia("(pointer: coarse)");
const restAfter = 3000; // ms

// setBare hides the bars, or shows them. While there is something to say, the style sheet
// shows them all the same.
function setBare(bare) {
  body.toggleAttribute("data-bare", bare);
  rest();
}

let resting;

function rest() {
  clearTimeout(resting);
  body.setAttribute("data-resting", "");
}

// stir shows the time line over the bare picture until mouse and keys have rested.
function stir() {
  clearTimeout(resting);
  body.removeAttribute("data-resting");
  resting = setTimeout(rest, restAfter);
}

document.addEventListener("pointermove", ({ pointerType }) => pointerType === "mouse" && stir());
document.addEventListener("keydown", stir);

// toggleFullscreen only hides the bars where a browser has no full screen for pages: on
// iPhones.
export function toggleFullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else if (document.fullscreenEnabled) document.documentElement.requestFullscreen();
  else setBare(!body.hasAttribute("data-bare"));
}

// A tap on the picture hides and shows the bars; with a mouse, a click does so in full
// screen.
document.getElementById("frame").addEventListener("click", () => {
  if (!["live", "past"].includes(body.dataset.state)) return;
  if (touch.matches || document.fullscreenElement) setBare(!body.hasAttribute("data-bare"));
});

document.addEventListener("fullscreenchange", () => {
  const full = document.fullscreenElement !== null;
  setBare(full);
  button.textContent = full ? t("Leave full screen") : t("Full screen");
});

document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape" && !document.fullscreenElement) setBare(false);
});

button.addEventListener("click", toggleFullscreen);

let awake = null; // a promise of the wake lock, while the picture plays

// keepAwake keeps the screen from going dark while the picture plays. Browsers allow it
// over HTTPS and on this machine only. The lock is held until playing is false; a
// refusal, as where the battery is low, is not asked about again before then.
export function keepAwake(playing) {
  if (!navigator.wakeLock || playing === (awake !== null)) return;
  if (playing) {
    awake = navigator.wakeLock.request("screen").catch(() => null);
  } else {
    awake.then((lock) => lock?.release());
    awake = null;
  }
}
