"use strict";
// Keeps the shell (style, scripts, the page for no network) and nothing of anybody's data; wakes for notices.
const SHELL = "sapa-{{ version }}";
const OFFLINE = "{{ offline|escapejs }}";
const FILES = [OFFLINE{% for one in shell %}, "{{ one|escapejs }}"{% endfor %}];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((kept) => kept.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name.startsWith("sapa-") && name !== SHELL).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE).then((kept) => kept || Response.error())));
  } else if (FILES.includes(new URL(request.url).pathname)) {
    event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
  }
});

self.addEventListener("push", (event) => {
  let told = {};
  try { told = event.data.json(); } catch { /* a push without words still rings */ }
  const shown = self.registration.showNotification(told.title || "Sapa", {
    body: told.line || "", tag: told.tag || "sapa", renotify: true, data: { path: told.path || "/" },
    icon: "{{ shell|last|escapejs }}",
  });
  const heard = self.clients.matchAll({ type: "window" }).then((open) => open.forEach((one) => one.postMessage({ pushed: told.tag || "" })));
  event.waitUntil(Promise.all([shown, heard]));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const target = new URL(event.notification.data.path, self.location.origin);
  if (target.origin !== self.location.origin) return;
  event.waitUntil(self.clients.matchAll({ type: "window", includeUncontrolled: true }).then((open) => {
    const one = open[0];
    return one && one.navigate ? one.focus().then(() => one.navigate(target.href)) : self.clients.openWindow(target.href);
  }));
});
