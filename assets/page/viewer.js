// This window among the viewers.

// viewerID tells this window from others, reloads included. The server refuses it for a
// minute after the owner has disconnected it.
function viewerID() {
  const words = crypto.getRandomValues(new Uint32Array(4));
  const fresh = Array.from(words, (word) => word.toString(16).padStart(8, "0")).join("");
  try {
    return (sessionStorage["fanlight-viewer"] ??= fresh);
  } catch {
    return fresh; // the browser is set to store nothing
  }
}

// viewer is for the queries of the stream, snapshots and stills.
export const viewer = viewerID();
