/* Lets this browser be notified: asks it, and sends what it says with a form like anything typed. Without scripts, or where
   a browser cannot, the page says so and the other ways stand. */
(async () => {
  "use strict";
  const box = document.querySelector("[data-push]"), form = box?.querySelector("form[data-push-form]");
  if (!form) return;
  const show = (state) => {
    for (const part of box.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(state);
    box.dataset.state = state;
  };
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (b) => b.toString(16).padStart(2, "0")).join("");
  const hash = async (text) => hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));

  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return show("unable");
  const worker = async () => {
    await navigator.serviceWorker.register("/service-worker.js", { scope: "/" });
    return navigator.serviceWorker.ready;
  };

  const look = async () => {
    if (Notification.permission === "denied") return show("blocked");
    const here = await (await navigator.serviceWorker.getRegistration("/"))?.pushManager.getSubscription();
    const mine = here && document.querySelector(`[data-device="${await hash(here.endpoint)}"]`);
    if (!mine) return show("ask");
    mine.querySelector("[data-here]").hidden = false;
    mine.querySelector("form[data-forget]")?.addEventListener("submit", () => { here.unsubscribe(); });
    show("on");
  };

  form.addEventListener("submit", async (e) => {
    if (form.elements.subscription.value) return; // answered: it goes like any other form
    e.preventDefault();
    e.stopImmediatePropagation();
    const button = form.querySelector("button"), note = box.querySelector("[data-push-note]");
    button.disabled = true;
    note.textContent = "";
    try {
      if (await Notification.requestPermission() !== "granted") { await look(); return; }
      const there = (await worker()).pushManager;
      const key = bytes(box.dataset.key);
      let got = await there.getSubscription();
      if (got && hex(got.options.applicationServerKey) !== hex(key)) { await got.unsubscribe(); got = null; }
      got ??= await there.subscribe({ userVisibleOnly: true, applicationServerKey: key });
      form.elements.subscription.value = JSON.stringify(got);
      form.requestSubmit();
    } catch {
      note.textContent = box.dataset.sayFailed;
    } finally {
      button.disabled = false;
    }
  }, true);
  addEventListener("pageshow", () => { form.elements.subscription.value = ""; });

  try { await look(); } catch { show("unable"); }
})();
