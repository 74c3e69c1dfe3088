/* Without a line: shows what this phone kept of the balances last seen, and goes on when the line is back. */
(async () => {
  "use strict";
  // A phone says that it has a line before anything comes through.
  const again = async () => {
    if (document.hidden) return;
    try { if ((await fetch("/healthz", { cache: "no-store" })).ok) location.reload(); } catch { /* not yet */ }
  };
  addEventListener("online", () => setTimeout(again, 1000));
  setInterval(again, 10000);
  const box = document.getElementById("kept");
  if (!box || !("caches" in window)) return;
  const cache = await caches.open("kept"), found = await cache.match("/kept/balance"), kept = found && await found.json();
  if (!kept || Date.now() > kept.until) return void caches.delete("kept");
  if (!kept.lines.length) return;
  const list = box.querySelector("dl"), part = (name, text) => Object.assign(document.createElement(name), { textContent: text });
  for (const line of kept.lines) {
    const row = document.createElement("div");
    row.append(part("dt", line.name), part("dd", line.said));
    list.append(row);
  }
  box.querySelector("[data-at]").textContent = kept.at;
  box.lang = kept.lang;
  box.hidden = false;
})();
