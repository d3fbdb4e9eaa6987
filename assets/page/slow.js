// Slow links. To a viewer on one the server sends fewer pictures, not older ones. If more
// than half are lost that way, the page requests smaller ones.

const levels = ["", "&width=640", "&width=320&quality=50"];
const judgeEvery = 6000; // ms
const shortestTry = 60000; // ms until a larger picture is tried again,
const longestTry = 16 * shortestTry; // doubled after each attempt that fails

let level = 0;
let wantFull = false; // the viewer pressed "Full size"
let tryLarger = 0; // when to try a larger picture
let tryAfter = shortestTry;
let judged = null; // the counts at the last judgement

export const smaller = () => level > 0;
export const size = () => levels[level]; // as the end of a query

// forget begins a new judgement.
export function forget() {
  judged = null;
}

// judge compares the pictures that the camera delivered with those received, both counted
// from some moment on, and tells whether another size is to be requested.
export function judge(pictures, received) {
  const now = { at: Date.now(), pictures, received };
  if (judged === null) judged = now;
  if (now.at - judged.at < judgeEvery) return false;
  const offered = now.pictures - judged.pictures;
  const slow = offered >= 4 && 2 * (now.received - judged.received) < offered;
  judged = now;
  if (slow && !wantFull && level < levels.length - 1) {
    if (level === 0 && tryLarger > 0) tryAfter = Math.min(2 * tryAfter, longestTry);
    tryLarger = now.at + tryAfter;
    level++;
    return true;
  }
  if (!slow && level > 0 && now.at > tryLarger) {
    tryLarger = now.at + tryAfter;
    level--;
    return true;
  }
  return false;
}

// keepFull stays with the full size: the viewer wants it, or the server makes no other.
export function keepFull() {
  [level, wantFull] = [0, true];
}

// onOtherLink forgets what was learnt about the previous link.
export function onOtherLink() {
  [level, wantFull, tryLarger, tryAfter] = [0, false, 0, shortestTry];
}
