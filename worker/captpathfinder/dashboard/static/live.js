// Keeps an open page current: what is marked data-live is read anew while somebody may be looking, and only what
// differs is changed, so that the place on the page, the focus and whatever is unfolded stay. Without it every page
// works as well, and stays as it was when it was opened.
"use strict";

(() => {
  const EVERY = 15_000;
  const LONGEST = 20_000;
  if (!document.querySelector("main [data-live]")) return;
  const stale = document.getElementById("stale");
  const pause = document.getElementById("pause");
  let isPaused = false;
  let isReading = false;

  // Whether something is unfolded is the reader's doing.
  const callbacks = {
    beforeAttributeUpdated: (name, node) => !(name === "open" && node.tagName === "DETAILS"),
  };

  async function read() {
    if (isPaused || isReading || document.hidden) return;
    isReading = true;
    try {
      const answer = await fetch(location.href, {
        headers: { "X-Live": "1" }, signal: AbortSignal.timeout(LONGEST),
      });
      if (!answer.ok || answer.redirected) throw new Error("not this page");
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (isPaused) return;
      for (const part of document.querySelectorAll("[data-live]")) {
        const other = fresh.getElementById(part.id);
        if (other) Idiomorph.morph(part, other, { callbacks });
      }
      stale.hidden = true;
    } catch {
      stale.hidden = false;
    } finally {
      isReading = false;
    }
  }

  pause.hidden = false;
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.textContent = isPaused ? "Go on updating" : "Stop updating";
    read();
  });
  document.addEventListener("visibilitychange", read);
  setInterval(read, EVERY);
})();
