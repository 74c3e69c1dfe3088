/* What pages do better with scripts. Every page works without: nothing here decides or stores anything of the business. */
(function () {
  "use strict";
  var root = document.documentElement, on = function (type, fn, capture) { document.addEventListener(type, fn, capture); };
  var each = function (selector, fn, within) { (within || document).querySelectorAll(selector).forEach(fn); };

  // The reader's own choice of colours, set before the first paint. A browser may refuse storage: then the system decides.
  var theme = function (value) {
    try {
      if (value !== undefined) { if (value) localStorage.setItem("theme", value); else localStorage.removeItem("theme"); }
      value = localStorage.getItem("theme");
    } catch (refused) { /* private window */ }
    if (value === "light" || value === "dark") root.dataset.theme = value; else delete root.dataset.theme;
    each("[data-theme-set]", function (b) { b.setAttribute("aria-pressed", String(b.dataset.themeSet === (root.dataset.theme || ""))); });
  };
  root.classList.add("js");
  theme();

  var say = function (key) { var line = document.getElementById("announce"); if (line) line.textContent = key ? document.body.dataset[key] : ""; };

  // Tables shown as cards lose their meaning to screen readers unless the roles are spoken out.
  var roles = { thead: "rowgroup", tbody: "rowgroup", tfoot: "rowgroup", tr: "row", td: "cell" };
  var label = function (table) {
    table.setAttribute("role", "table");
    Object.keys(roles).forEach(function (tag) { each(tag, function (e) { e.setAttribute("role", roles[tag]); }, table); });
    each("th", function (e) { e.setAttribute("role", e.closest("thead") ? "columnheader" : "rowheader"); }, table);
  };

  var peek = function (input) {
    if (input.dataset.peek) return;
    input.dataset.peek = "1";
    var words = document.body.dataset, box = document.createElement("div"), button = document.createElement("button"), caps = document.createElement("p");
    box.className = "peek";
    input.before(box);
    button.type = "button";
    button.className = "ghost icon";
    var draw = function () {
      var hidden = input.type === "password", svg = document.querySelector("svg.icon use"), href = svg ? svg.getAttribute("href").split("#")[0] : "";
      button.innerHTML = '<svg class="icon" aria-hidden="true"><use/></svg>';
      button.querySelector("use").setAttribute("href", href + (hidden ? "#eye" : "#eye-off"));
      button.setAttribute("aria-label", hidden ? words.sayShow : words.sayHide);
    };
    button.addEventListener("click", function () { input.type = input.type === "password" ? "text" : "password"; draw(); input.focus(); });
    caps.className = "hint";
    caps.setAttribute("role", "status");
    ["keydown", "keyup", "blur"].forEach(function (type) {
      input.addEventListener(type, function (e) {
        if (e.key === "CapsLock" && type === "keydown") return; // the state is only true once the key is up
        caps.textContent = type !== "blur" && e.getModifierState && e.getModifierState("CapsLock") ? words.sayCaps : "";
      });
    });
    draw();
    box.append(input, button);
    box.after(caps);
  };

  var dress = function (within) {
    each("table.cards", label, within);
    each("input[type=password]", peek, within);
    each("[data-print]", function (b) { b.hidden = false; }, within);
    each("[data-theme-set]", function () { theme(); }, within);
  };
  var blame = function (within) { var box = within.querySelector(".error-summary"); if (box) box.focus(); };

  on("DOMContentLoaded", function () { dress(document); blame(document); });

  // One press sends once. The button stays off until the page goes, the answer comes, or Back shows the page again.
  var busy = function (form, yes) {
    form.toggleAttribute("data-sent", yes);
    each("button:not([type=button]), input[type=submit]", function (b) {
      if (yes) {
        b.dataset.label = b.innerHTML;
        if (b.dataset.busy) b.textContent = b.dataset.busy;
      } else if (b.dataset.label) { b.innerHTML = b.dataset.label; delete b.dataset.label; }
      b.disabled = yes;
      if (yes) b.setAttribute("aria-busy", "true"); else b.removeAttribute("aria-busy");
    }, form);
  };
  on("submit", function (e) {
    var form = e.target;
    if (form.method !== "post" || "again" in form.dataset) return;
    if (form.hasAttribute("data-sent")) { e.preventDefault(); e.stopImmediatePropagation(); return; }
    setTimeout(function () { if (!e.defaultPrevented || form.matches("[hx-post],[hx-put],[hx-patch],[hx-delete]")) busy(form, true); }, 0);
  }, true);
  window.addEventListener("pageshow", function () { each("form[data-sent]", function (form) { busy(form, false); }); });

  on("htmx:finally:request", function (e) { var form = e.target.closest && e.target.closest("form[data-sent]"); if (form) busy(form, false); });
  on("htmx:before:request", function () { say(""); });
  on("htmx:error", function (e) {
    var ctx = e.detail && e.detail.ctx;
    if (ctx) say(ctx.request && ctx.request.method && ctx.request.method.toUpperCase() !== "GET" ? "sayUnsure" : "sayUnreachable");
  });
  on("htmx:response:error", function (e) { if (e.detail.ctx.response.status >= 500) say("sayFailed"); });
  on("htmx:after:swap", function (e) {
    var target = e.detail.ctx && e.detail.ctx.target, why = document.getElementById("why");
    dress(document);
    if (target && target.id === "why-body" && !why.open) why.showModal();
    if (target) blame(target.isConnected ? target : document);
  });

  on("click", function (e) {
    var hit = e.target.closest("[data-print], [data-theme-set]");
    if (hit) { if ("print" in hit.dataset) window.print(); else theme(hit.dataset.themeSet); }
    if (e.target.matches("dialog")) e.target.close();
    each("details[data-menu][open]", function (menu) { if (!menu.contains(e.target)) menu.open = false; });
  });
  on("keydown", function (e) {
    if (e.key === "Escape") each("details[data-menu][open]", function (menu) { menu.open = false; menu.querySelector("summary").focus(); });
    if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, textarea, select, [contenteditable]")) return;
    var search = document.querySelector("[data-search]");
    if (search) { e.preventDefault(); search.focus(); search.select(); }
  });
  on("change", function (e) { if (e.target.matches("[data-autosubmit]") && e.target.form) e.target.form.requestSubmit(); });

  // Figures grow old while a phone sleeps: parts that can fetch themselves do so when the page is looked at again.
  var left = Date.now();
  on("visibilitychange", function () {
    if (document.hidden) left = Date.now();
    else if (Date.now() - left > 60000) each("[data-refresh]", function (part) { part.dispatchEvent(new CustomEvent("refresh")); });
  });
})();
