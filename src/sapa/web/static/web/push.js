"use strict";
// Taking this browser on for notices: only where it is allowed to, and saying why where it is not.
(() => {
  const form = document.getElementById("push");
  if (!form) return;
  const show = (name, text) => {
    const box = form.querySelector(`[data-push="${name}"]`);
    box.hidden = false;
    if (text) box.textContent = text;
  };
  const phone = /iPhone|iPad|iPod/.test(navigator.userAgent);
  if (!window.isSecureContext) { show("insecure"); return; }
  if (phone && !navigator.standalone) { show("install"); return; }
  if (!navigator.serviceWorker || !window.PushManager || !window.Notification) { show("missing"); return; }
  show("ready");
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      if (await Notification.requestPermission() !== "granted") { show("trouble", form.dataset.denied); return; }
      await navigator.serviceWorker.register(form.dataset.worker);
      const worker = await navigator.serviceWorker.ready;
      const old = await worker.pushManager.getSubscription();
      if (old && text(old.options.applicationServerKey) !== form.dataset.key) await old.unsubscribe();
      const given = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(form.dataset.key) });
      const body = new FormData(form);
      body.set("endpoint", given.endpoint);
      body.set("p256dh", text(given.getKey("p256dh")));
      body.set("auth", text(given.getKey("auth")));
      const answer = await fetch(form.action, { method: "POST", body });
      if (answer.ok) { location.reload(); return; }
      show("trouble", (await answer.json()).error || form.dataset.failed);
    } catch { show("trouble", form.dataset.failed); }
  });
})();
