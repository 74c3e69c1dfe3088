/* For whoever is signed in: what this phone keeps for the time without a line, and that a newer version is there. It keeps
   the balances of the person's own first page, for a week, and drops them when they leave or somebody else is here. */
(() => {
  "use strict";
  const box = document.getElementById("newer-version");
  if (!box || !("serviceWorker" in navigator) || !("caches" in window)) return;
  const KEPT = "kept", RECORD = "/kept/balance", WEEK = 7 * 24 * 3600 * 1000, { whose } = box.dataset;
  let leaving = false;

  const keep = async () => {
    const tiles = document.querySelector("[data-kept-at]");
    if (!tiles || leaving) return;
    const lines = Array.from(tiles.querySelectorAll("[data-kept]"), (tile) => ({ name: tile.getAttribute("aria-label"), said: tile.dataset.kept }));
    const told = { whose, lines, at: tiles.dataset.keptAt, until: Date.now() + WEEK, lang: document.documentElement.lang };
    const kept = await caches.open(KEPT);
    if (!leaving) await kept.put(RECORD, new Response(JSON.stringify(told)));
  };
  const forgetOthers = async () => {
    const found = await (await caches.open(KEPT)).match(RECORD);
    if (found && (await found.json()).whose !== whose) await caches.delete(KEPT);
  };
  // The server tells the browser to forget as well; not every browser listens.
  document.addEventListener("submit", (e) => {
    if (!e.target.matches("[data-forgets]")) return;
    leaving = true;
    caches.delete(KEPT);
    // What the server tells the browser may have ended it in between.
    navigator.serviceWorker.getRegistration("/").then((worker) => worker?.unregister()).catch(() => {});
  });

  // A newer version is told of, never taken by itself: a page may hold what somebody is typing.
  const typed = () => Array.from(document.querySelectorAll("form[method=post] :is(input, textarea, select)")).find((field) =>
    field.type === "hidden" ? false
      : /^(checkbox|radio)$/.test(field.type) ? field.checked !== field.defaultChecked
      : field.options ? Array.from(field.options).some((o) => o.selected !== o.defaultSelected) && field.selectedIndex > 0
      : field.value !== field.defaultValue);
  const [again, anyway] = box.querySelectorAll("button"), warning = box.querySelector("[data-typed]");
  again.onclick = () => {
    const field = typed();
    if (!field) return location.reload();
    warning.hidden = anyway.hidden = false;
    again.hidden = true;
    field.focus();
  };
  anyway.onclick = () => location.reload();
  navigator.serviceWorker.addEventListener("message", ({ data }) => { if (data?.version && data.version !== box.dataset.version) box.hidden = false; });

  const work = async () => {
    try {
      await forgetOthers();
      await keep();
      await navigator.serviceWorker.register("/service-worker.js", { scope: "/" });
    } catch { /* a browser that may keep nothing: every page works without */ }
  };
  if (document.readyState === "complete") work(); else addEventListener("load", work);
  document.addEventListener("htmx:after:swap", () => { keep().catch(() => {}); });

  let asked = Date.now();
  document.addEventListener("visibilitychange", async () => {
    if (document.hidden || leaving || Date.now() - asked < 600000) return;
    asked = Date.now();
    try { await (await navigator.serviceWorker.getRegistration("/"))?.update(); } catch { /* no line just now */ }
  });
})();
