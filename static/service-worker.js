/* Shows notifications and opens the page they tell of. It keeps no page: what is private stays with the server. */
"use strict";

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("push", (event) => {
  let told = {};
  try { told = event.data.json(); } catch { /* a notification without words still has to be shown */ }
  const { title, body = "", path = "/", tag, lang } = told;
  event.waitUntil(self.registration.showNotification(title || self.location.hostname,
    { body, tag, lang, data: { path }, icon: "/static/favicon.svg" }));
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
