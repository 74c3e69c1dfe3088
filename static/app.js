/* What pages do better with scripts. Every page works without: nothing here decides or stores anything of the business. */
(() => {
  "use strict";
  const root = document.documentElement;
  const on = (type, fn, capture) => document.addEventListener(type, fn, capture);
  const each = (selector, fn, within = document) => within.querySelectorAll(selector).forEach(fn);

  // The reader's own colours, set before the first paint. Where a browser refuses storage, the system decides.
  const theme = (value) => {
    try {
      if (value) localStorage.setItem("theme", value);
      else if (value === "") localStorage.removeItem("theme");
      value = localStorage.getItem("theme");
    } catch { /* private window: the choice lasts for this page */ }
    if (value === "light" || value === "dark") root.dataset.theme = value; else delete root.dataset.theme;
    each("[data-theme-set]", (b) => b.setAttribute("aria-pressed", b.dataset.themeSet === (root.dataset.theme || "")));
  };
  root.classList.add("js");
  theme();

  const say = (key) => { document.getElementById("announce").textContent = key ? document.body.dataset[key] : ""; };

  // A table shown as cards loses its meaning for screen readers unless the roles are spoken out.
  const speak = (table) => {
    const role = (selector, name) => each(selector, (e) => e.setAttribute("role", name), table);
    table.setAttribute("role", "table");
    role("thead, tbody, tfoot", "rowgroup");
    role("tr", "row");
    role("td", "cell");
    role("th", "rowheader");
    role("thead th", "columnheader");
  };

  // A password can be looked at while typing, and Caps Lock is said.
  const peek = (input) => {
    if (input.closest(".peek")) return;
    const words = document.body.dataset, make = (tag, name) => Object.assign(document.createElement(tag), { className: name });
    const box = make("div", "peek"), button = make("button", "ghost icon"), caps = make("p", "hint");
    const picture = document.querySelector("svg.icon").cloneNode(true), use = picture.querySelector("use");
    const draw = () => {
      const hidden = input.type === "password";
      use.setAttribute("href", use.getAttribute("href").split("#")[0] + (hidden ? "#eye" : "#eye-off"));
      button.setAttribute("aria-label", hidden ? words.sayShow : words.sayHide);
    };
    button.type = "button";
    button.append(picture);
    button.onclick = () => { input.type = input.type === "password" ? "text" : "password"; draw(); };
    caps.setAttribute("role", "status");
    input.onkeyup = (e) => { caps.textContent = e.getModifierState("CapsLock") ? words.sayCaps : ""; };
    input.onblur = () => { caps.textContent = ""; };
    draw();
    input.before(box);
    box.append(input, button);
    box.after(caps);
  };

  const dress = () => {
    each("table.cards", speak);
    each("input[type=password]", peek);
    each("[data-print]", (b) => { b.hidden = false; });
    theme();
  };
  const blame = (within) => within.querySelector(".error-summary")?.focus();
  on("DOMContentLoaded", () => { dress(); blame(document); });

  // One press sends once. The button stays off until the page goes, the answer comes, or Back shows the page again.
  const kept = new WeakMap();
  const busy = (form, yes) => {
    form.toggleAttribute("data-sent", yes);
    each("button:not([type=button])", (b) => {
      if (yes && b.dataset.busy) { kept.set(b, [...b.childNodes]); b.replaceChildren(b.dataset.busy); }
      if (!yes && kept.has(b)) b.replaceChildren(...kept.get(b));
      b.disabled = yes;
      b.setAttribute("aria-busy", yes);
    }, form);
  };
  on("submit", (e) => {
    const form = e.target;
    // Not form.method: the way to pay is a field of that name.
    if (!form.matches("[method=post]") || "again" in form.dataset) return;
    if (form.sending || form.hasAttribute("data-sent")) { e.preventDefault(); e.stopImmediatePropagation(); return; }
    form.sending = true; // at once: a browser may let the second click of a double click in before the timer
    setTimeout(() => { form.sending = false; if (!e.defaultPrevented) busy(form, true); });
  }, true);
  addEventListener("pageshow", () => each("form[data-sent]", (form) => busy(form, false)));

  // A fast answer must not free the button between the two clicks of one double click.
  on("htmx:finally:request", (e) => { if (e.target.matches?.("form[data-sent]")) setTimeout(busy, 500, e.target, false); });
  // A form that htmx sends is busy only once it goes: a question before it may have been answered with no.
  on("htmx:before:request", (e) => { say(); if (e.target.matches("form[hx-post]")) busy(e.target, true); });
  on("htmx:error", ({ detail: { ctx } }) => { if (ctx) say(/get/i.test(ctx.request?.method) ? "sayUnreachable" : "sayUnsure"); });
  on("htmx:response:error", ({ detail: { ctx } }) => { if (ctx.response.status >= 500) say("sayFailed"); });
  on("htmx:after:swap", ({ detail: { ctx } }) => {
    const target = ctx?.target, why = document.getElementById("why");
    dress();
    if (target?.id === "why-body" && !why.open) why.showModal();
    if (target) blame(target.isConnected ? target : document);
  });

  on("click", (e) => {
    const hit = e.target.closest("[data-print], [data-theme-set]");
    if (hit) { if ("print" in hit.dataset) print(); else theme(hit.dataset.themeSet); }
    if (e.target.matches("dialog")) e.target.close();
    each("details[data-menu][open]", (menu) => { if (!menu.contains(e.target)) menu.open = false; });
  });
  on("keydown", (e) => {
    if (e.key === "Escape") each("details[data-menu][open]", (menu) => { menu.open = false; menu.firstElementChild.focus(); });
    if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, textarea, select")) return;
    const search = document.querySelector("[data-search]");
    if (search) { e.preventDefault(); search.select(); }
  });
  on("input", (e) => each(e.target.dataset.marks || "_", (box) => { box.checked = true; }));
  on("change", (e) => { if (e.target.matches("[data-autosubmit]")) e.target.form.requestSubmit(); });

  // Figures grow old while a phone sleeps: parts that can fetch themselves do so when the page is looked at again.
  let left = Date.now();
  on("visibilitychange", () => {
    if (document.hidden) left = Date.now();
    else if (Date.now() - left > 60000) each("[data-refresh]", (part) => part.dispatchEvent(new CustomEvent("refresh")));
  });
})();
