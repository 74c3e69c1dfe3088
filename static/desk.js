/* The desk by keyboard: j and k go from one thing that waits to the next, Enter opens it as it opens every link, r asks
   for everything again. Single keys disturb people who speak to their computer, so they can be switched off. */
(() => {
  "use strict";
  const keys = document.querySelector("[data-keys]"), button = keys?.querySelector("button");
  if (!button) return;
  let on = true;
  try { on = localStorage.getItem("desk-keys") !== "off"; } catch { /* a browser may refuse storage: then they are on */ }
  const show = () => {
    button.setAttribute("aria-pressed", on);
    keys.querySelector("[data-keys-words]").hidden = !on;
  };
  button.onclick = () => {
    on = !on;
    try { localStorage.setItem("desk-keys", on ? "on" : "off"); } catch { /* it lasts for this page */ }
    show();
  };
  keys.hidden = false;
  show();

  const things = () => [...document.querySelectorAll("main [data-work], main #trouble tbody td:first-child a")];
  const go = (step) => {
    const all = things(), at = all.indexOf(document.activeElement);
    all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)]?.focus();
  };
  document.addEventListener("keydown", (e) => {
    if (!on || e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, textarea, select, dialog")) return;
    if (e.key === "j") go(1);
    else if (e.key === "k") go(-1);
    else if (e.key === "r") document.querySelectorAll("[data-refresh]").forEach((p) => p.dispatchEvent(new CustomEvent("refresh")));
  });

  // A part that fetches itself again must not take the place where somebody reads from under them.
  let held = null;
  document.addEventListener("htmx:before:swap", () => {
    const link = document.activeElement?.closest?.("[data-refresh] a");
    if (link) held = link.getAttribute("href");
  });
  document.addEventListener("htmx:after:swap", () => {
    if (held && document.activeElement === document.body) things().find((link) => link.getAttribute("href") === held)?.focus();
    held = null;
  });
})();
