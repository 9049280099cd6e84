// A phone that falls asleep stops sending. The browser lets go of the lock whenever the page is hidden, so it is asked for again.

let isWanted = false;
let lock = null;

async function ask() {
  if (!isWanted || lock || document.visibilityState !== "visible") return;
  try {
    lock = await navigator.wakeLock.request("screen");
    lock.addEventListener?.("release", () => {
      lock = null;
    });
    if (!isWanted) release();
  } catch {
    lock = null; // the battery is low, or the page is not in front
  }
}

function release() {
  lock?.release?.();
  lock = null;
}

export function stayAwake(isBusy) {
  if (!navigator.wakeLock || isBusy === isWanted) return;
  isWanted = isBusy;
  if (isWanted) ask();
  else release();
}

document.addEventListener("visibilitychange", ask);
