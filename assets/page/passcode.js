// The script of the page that asks for the passcode. It notices that none is needed any
// more: the owner has removed it, or it was entered in another window.

const askEvery = 3000; // ms

async function ask() {
  try {
    const answer = await fetch("api/status", { cache: "no-store" });
    if (answer.ok) location.replace("./");
  } catch {
    // The server is away; it is asked again.
  }
}

setInterval(() => document.hidden || ask(), askEvery);
document.addEventListener("visibilitychange", () => document.hidden || ask());
