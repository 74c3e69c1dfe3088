/* Shows notifications, and answers without a line. It keeps the files of SHELL and nothing a server said of a person: the
   one record of a person, the balances last seen, is written by their own page (phone.js) and dropped here as soon as a
   page says that it is somebody else's. What is sent is never kept and never sent again. */
"use strict";
const FILES = `shell-${SHELL.version}`, KEPT = "kept", RECORD = "/kept/balance";

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    // Without cookies: the offline pages are those of a stranger.
    const wanted = [...SHELL.files, ...Object.values(SHELL.offline)].map((path) => new Request(path, { credentials: "omit" }));
    await (await caches.open(FILES)).addAll(wanted);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== FILES && name !== KEPT) await caches.delete(name);
    await self.clients.claim();
    for (const page of await self.clients.matchAll({ type: "window" })) page.postMessage({ version: SHELL.version });
  })());
});

const record = async () => {
  const found = await (await caches.open(KEPT)).match(RECORD);
  return found && found.json();
};

const visit = async (request) => {
  let answer;
  try { answer = await fetch(request); } catch { return offline(); }
  const whose = answer.headers.get("Duebook-Visitor");
  if (whose) {
    const kept = await record();
    if (kept && (kept.whose !== whose || Date.now() > kept.until)) await caches.delete(KEPT);
  }
  return answer;
};

const offline = async () => {
  const spoken = (await record())?.lang || self.navigator.language.slice(0, 2);
  const page = SHELL.offline[spoken] || Object.values(SHELL.offline)[0];
  return await (await caches.open(FILES)).match(page) || Response.error();
};

const file = async (request) => await (await caches.open(FILES)).match(request) || fetch(request);

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(visit(request));
  else if (SHELL.files.includes(url.pathname + url.search)) event.respondWith(file(request));
});

self.addEventListener("push", (event) => {
  let told = {};
  try { told = event.data.json(); } catch { /* a notification without words still has to be shown */ }
  const { title, body = "", path = "/", tag, lang } = told;
  event.waitUntil(self.registration.showNotification(title || SHELL.name || self.location.hostname,
    { body, tag, lang, data: { path }, icon: SHELL.icon, badge: SHELL.badge }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const there = new URL((event.notification.data || {}).path || "/", self.location.origin);
  const url = there.origin === self.location.origin ? there.href : self.location.origin;
  event.waitUntil((async () => {
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const open = pages.find((page) => page.url === url);
    return open ? open.focus() : self.clients.openWindow(url);
  })());
});
