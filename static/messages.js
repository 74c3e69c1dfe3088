/* An open conversation fetches what is new by itself: every two seconds while it is looked at, every ten once nothing has
   happened for a minute, never while the page is hidden. Without scripts the page shows what is new when it is loaded. */
(() => {
  "use strict";
  const QUICK = 2000, SLOW = 10000, QUIET = 60000;
  let happened = Date.now(), timer = 0, asking = false, lost = 0;
  const talk = () => document.querySelector("[data-live]");
  const said = () => talk()?.querySelector(".said");
  const last = () => [...(said()?.querySelectorAll("[data-message]") ?? [])].at(-1)?.dataset.message ?? "";
  const show = (text) => { const line = talk()?.querySelector("[data-live-state]"); if (line && line.textContent !== text) line.textContent = text; };

  const take = (html) => {
    const list = said(), near = innerHeight + scrollY > document.body.scrollHeight - 400;
    const box = document.createElement("template");
    box.innerHTML = html;
    for (const one of box.content.querySelectorAll("[data-message]")) if (!document.getElementById(one.id)) list.append(one);
    if (box.content.querySelector("[data-message].theirs") || list.lastElementChild?.matches(".theirs")) document.querySelector("[data-waits]")?.remove();
    happened = Date.now();
    if (near) list.lastElementChild?.scrollIntoView({ block: "nearest" });
  };
  const ask = async () => {
    const box = talk();
    if (!box || asking || document.hidden) return;
    asking = true;
    try {
      const answer = await fetch(`${box.dataset.live}?after=${encodeURIComponent(last())}&seen=1`, { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(8000) });
      if (answer.redirected || [401, 403, 404].includes(answer.status)) { location.reload(); return; }
      if (answer.status === 200 && box === talk()) take(await answer.text());
      if (answer.status < 500) { lost = 0; show(""); }
    } catch {
      lost += 1;
      if (lost > 1) show(box.dataset.sayLost);
    } finally { asking = false; }
  };
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(async () => { await ask(); again(); }, Date.now() - happened > QUIET ? SLOW : QUICK);
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { happened = Date.now(); ask(); again(); } });
  document.addEventListener("input", (e) => { if (e.target.closest("[data-live]")) { if (Date.now() - happened > QUIET) { happened = Date.now(); again(); } happened = Date.now(); } });
  document.addEventListener("htmx:after:swap", () => { happened = Date.now(); const form = document.getElementById("last"); if (form && document.activeElement === document.body) form.querySelector("textarea")?.focus(); });

  // What stands around the conversation grows old with an answer: how many wait, who waits at an open page, who is here.
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const box = talk();
    if (ctx?.target?.id !== "talk" || !box) return;
    if (box.dataset.waiting) for (const link of document.querySelectorAll("nav.links a")) if (link.pathname === box.dataset.list) link.textContent = box.dataset.waiting;
    for (const part of document.querySelectorAll("[data-refresh]")) part.dispatchEvent(new CustomEvent("refresh"));
  });
  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    if (ctx?.target?.id === "talk") document.getElementById("announce").textContent = talk().dataset.sayUnsent;
  });

  // A file that is too large is said when it is chosen: the server would answer without the form.
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("[data-most]")) return;
    const most = Number(target.dataset.most), sizes = [...target.files].map((file) => file.size);
    const big = sizes.some((size) => size > most) || sizes.reduce((all, size) => all + size, 0) > 3 * most;
    target.parentElement.querySelector("[data-big]")?.remove();
    if (!big) return;
    const line = Object.assign(document.createElement("p"), { className: "error", role: "alert", textContent: target.dataset.sayBig });
    line.dataset.big = "";
    target.after(line);
    target.value = "";
  });

  // A message that could not be sent stays in its box; it goes with the same key, so it is never there twice.
  document.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && e.target.matches("[data-live] textarea")) e.target.form.requestSubmit();
  });
  again();
})();
