"use strict";
// What happens elsewhere while a page is open, and replies that wait for the network. The page's own words come in data-*.
(() => {
  const own = document.currentScript.dataset;
  const body = document.body;
  const saver = navigator.connection && navigator.connection.saveData;
  const say = (text) => { const box = document.getElementById("said"); if (box && text) box.textContent = text; };
  const tell = (name, detail) => body.dispatchEvent(new CustomEvent(name, { detail }));

  // Templates wait for sapa:stir (anything), sapa:stir-ID (one conversation), sapa:presence-ID and sapa:tick (at most every three seconds).
  const waiting = new Map();
  let ticking = false;
  const dispatch = () => {
    const told = [...waiting.values()];
    waiting.clear();
    told.forEach((detail) => {
      if (detail.conversation) tell(`sapa:${detail.what === "presence" ? "presence" : "stir"}-${detail.conversation}`, detail);
      else new Set([...document.querySelectorAll("[hx-trigger*='sapa:stir-']")].flatMap((node) => node.getAttribute("hx-trigger").match(/sapa:stir-[0-9a-f-]{36}/g)))
        .forEach((name) => tell(name, detail));
      tell("sapa:stir", detail);
    });
    if (ticking || !told.some((detail) => detail.what !== "presence")) return;
    ticking = true;
    setTimeout(() => { ticking = false; tell("sapa:tick"); count(); }, told.some((detail) => detail.now) ? 0 : 1500);
  };
  const stir = (detail) => {
    if (!waiting.size) setTimeout(dispatch, 80);
    waiting.set(`${detail.conversation} ${detail.what}`, detail);
  };
  const anything = () => stir({ conversation: null, what: "message" });

  // How many wait: in the title, on the app's icon, in the menu; said aloud at most every half minute.
  const title = document.title;
  let known = null, spoke = 0;
  const count = async () => {
    try {
      const answer = await fetch(own.counts, { headers: { Accept: "application/json" }, redirect: "error" });
      if (!answer.ok) return;
      const told = await answer.json();
      const named = document.title.replace(/^\(\d+\+?\) /, "");
      document.title = told.waiting ? `(${told.shown}) ${named || title}` : named || title;
      document.querySelectorAll("[data-count]").forEach((box) => {
        const number = told[box.dataset.count];
        box.hidden = !number;
        const shown = box.querySelector("[data-number]") || box;
        if (shown.textContent !== String(number)) shown.textContent = box.dataset.count === "waiting" ? told.shown : number;
      });
      if (navigator.setAppBadge) navigator.setAppBadge(told.waiting).catch(() => {});
      if (known !== null && told.waiting > known && !document.hidden && Date.now() - spoke > 30000) {
        spoke = Date.now();
        say(told.said);
      }
      known = told.waiting;
    } catch { /* the next stir asks again */ }
  };

  // One stream a tab, closed while nobody looks; every twenty seconds by asking where there is none.
  let source = null, last = "", poll = 0, again = 0;
  const ask = () => { if (!poll) poll = setInterval(() => { anything(); flush(); }, 20000); };
  const stop = () => {
    if (source) source.close();
    source = null;
    clearInterval(poll);
    clearTimeout(again);
    poll = 0;
  };
  const follow = () => {
    stop();
    if (document.hidden) { poll = saver ? 0 : setInterval(count, 60000); return; }
    if (saver || !window.EventSource) { ask(); return; }
    source = new EventSource(last ? `${own.live}?after=${last}` : own.live);
    source.addEventListener("open", () => { clearInterval(poll); poll = 0; flush(); });
    source.addEventListener("stir", (event) => {
      if (event.lastEventId) last = event.lastEventId;
      stir(JSON.parse(event.data));
    });
    source.addEventListener("error", () => {
      ask();
      if (source && source.readyState === EventSource.CLOSED) again = setTimeout(follow, 30000);
    });
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !last) anything();
    follow();
  });
  window.addEventListener("pagehide", stop);
  window.addEventListener("pageshow", (event) => { if (event.persisted) { anything(); follow(); } });

  // Replies written without a network stay on this device, under a key by which they are sent once, for their author only.
  const PREFIX = `sapa-outbox:${own.me}:`;
  const entries = () => Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))
    .map((name) => JSON.parse(localStorage.getItem(name))).sort((a, b) => a.at - b.at);
  const keep = (entry) => localStorage.setItem(PREFIX + entry.key, JSON.stringify(entry));
  const drop = (entry) => localStorage.removeItem(PREFIX + entry.key);
  const newKey = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    return [...bytes].map((byte, at) => ([4, 6, 8, 10].includes(at) ? "-" : "") + byte.toString(16).padStart(2, "0")).join("");
  };
  const list = () => {
    let box = document.getElementById("outbox");
    const near = document.querySelector("form[data-outbox]");
    if (!box && near) {
      box = document.createElement("div");
      box.id = "outbox";
      box.setAttribute("role", "status");
      (near.closest(".composer") || near).before(box);
    }
    return box;
  };
  const button = (text, press) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button slim";
    made.textContent = text;
    made.addEventListener("click", press);
    return made;
  };
  const draw = () => {
    const box = list();
    if (!box) return;
    const shown = entries().filter((entry) => entry.page === location.pathname);
    box.replaceChildren(...shown.map((entry) => {
      const bubble = document.createElement("div");
      bubble.className = "bubble out";
      bubble.dataset.waits = entry.state;
      const words = document.createElement("p");
      words.className = "words";
      words.textContent = entry.text;
      const under = document.createElement("div");
      under.className = "under";
      under.textContent = { sent: own.sent, failed: `${own.failed} ${entry.why || ""}` }[entry.state] || own.waiting;
      if (entry.state === "failed") {
        under.append(button(own.retry, () => { keep({ ...entry, state: "waiting" }); draw(); flush(); }),
          button(own.drop, () => { drop(entry); draw(); }));
      }
      bubble.append(words, under);
      return bubble;
    }));
  };
  const hold = (form, pressed) => {
    const key = form.elements.idempotency_key;
    const words = form.querySelector("textarea");
    if (!key || !words || !words.value.trim()) return null;
    if (!key.value) key.value = newKey();
    const given = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
    if (pressed && pressed.name) given.push([pressed.name, pressed.value]);
    const held = { key: key.value, to: form.getAttribute("hx-post") || form.getAttribute("action"), at: Date.now(),
      page: location.pathname, text: words.value, state: "waiting", fields: given };
    keep(held);
    key.value = newKey();
    words.value = "";
    form.querySelectorAll("input[name=answer]").forEach((used) => used.remove());
    words.dispatchEvent(new Event("input", { bubbles: true }));
    return held;
  };
  const settle = async (entry, answer) => {
    const away = isDoor(answer);
    if (answer.ok && !away) {
      keep({ ...entry, state: "sent" });
      draw();
      setTimeout(() => { drop(entry); draw(); }, 1500);
      anything();
    } else if (!away && answer.status >= 400 && answer.status < 500 && ![401, 403, 408, 425, 429].includes(answer.status)) {
      keep({ ...entry, state: "failed", why: answer.headers.get("Sapa-Why") ? decodeURIComponent(answer.headers.get("Sapa-Why")) : "" });
      draw();
    }
  };
  const post = async (entry) => {
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    const kept = (/(?:^|; )sapa_csrf=([^;]+)/.exec(document.cookie) || [])[1];
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), 20000);
    try {
      return await fetch(entry.to, { method: "POST", body: new URLSearchParams(entry.fields), signal: limit.signal,
        headers: { "X-CSRFToken": token ? token.value : kept || "", "HX-Request": "true" } });
    } finally { clearTimeout(timer); }
  };
  const isDoor = (answer) => {
    const moved = answer.headers.get("HX-Redirect") || "";
    return (answer.redirected && new URL(answer.url).pathname === own.door) || moved.startsWith(own.door);
  };
  let busy = false, later = 0;
  const flush = async () => {
    clearTimeout(later);
    if (busy || !own.me) return;
    busy = true;
    const run = async () => {
      for (const entry of entries()) {
        if (entry.state === "sent") drop(entry);
        if (entry.state !== "waiting") continue;
        await settle(entry, await post(entry));
      }
    };
    try {
      // Two tabs do not send side by side; and if they did, the key makes it one.
      if (navigator.locks) await navigator.locks.request(PREFIX, run); else await run();
    } catch { /* still no network */ }
    busy = false;
    if (entries().some((entry) => entry.state === "waiting")) later = setTimeout(flush, 5000);
  };
  // A reply goes onto the device first and then out: whatever breaks in between, it is neither lost nor doubled.
  const send = async (form, pressed) => {
    const held = hold(form, pressed);
    if (!held) return;
    const slow = setTimeout(draw, 1000);
    busy = true;
    let answer = null;
    try { answer = await post(held); } catch { /* no network: it waits */ }
    busy = false;
    clearTimeout(slow);
    if (answer && answer.ok && !isDoor(answer)) {
      drop(held);
      const next = new URL(answer.headers.get("HX-Redirect") || held.page, location.href);
      if (next.pathname === location.pathname && form.querySelector("textarea").value.trim()) {
        draw();  // the next reply is being written already: nothing is torn from under it
        anything();
      } else if (next.pathname + next.search === location.pathname + location.search) {
        location.hash = next.hash;
        location.reload();
      } else location.assign(next);
      return;
    }
    if (answer && answer.status === 422) {
      // The page has something to ask about it: the form goes as it would without this file.
      drop(held);
      form.querySelector("textarea").value = held.text;
      form.elements.idempotency_key.value = held.key;
      form.dataset.plain = "1";
      form.requestSubmit(pressed || undefined);
      return;
    }
    draw();
    say(own.waiting);
    later = setTimeout(flush, 2000);
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const pressed = event.submitter;
    if (!form.matches("form[data-outbox]") || form.dataset.plain || !own.me) return;
    if (navigator.onLine && form.hasAttribute("hx-post")) return;
    // What is sent later by the clock, and files of this form, go the plain way.
    if (pressed && (pressed.name === "later" || pressed.value === "later")) return;
    if ([...form.querySelectorAll("input[type=file]")].some((input) => input.files.length)) return;
    if (!form.querySelector("textarea") || !form.querySelector("textarea").value.trim()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    send(form, pressed);
  }, true);
  ["htmx:sendError", "htmx:timeout"].forEach((name) => document.addEventListener(name, (event) => {
    const form = event.detail.elt && event.detail.elt.closest && event.detail.elt.closest("form[data-outbox]");
    if (form && hold(form)) { draw(); say(own.waiting); flush(); }
  }));
  window.addEventListener("online", () => { flush(); follow(); });
  window.addEventListener("storage", draw);

  // Whoever leaves takes along what this device keeps for them.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (new URL(form.action, location.href).pathname !== own.leave || form.dataset.left) return;
    event.preventDefault();
    form.dataset.left = "1";
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const forget = async () => {
      if (navigator.setAppBadge) navigator.clearAppBadge().catch(() => {});
      if (window.caches) await Promise.all((await caches.keys()).filter((name) => name.startsWith("sapa-")).map((name) => caches.delete(name)));
      const worker = navigator.serviceWorker && await navigator.serviceWorker.getRegistration();
      const given = worker && worker.pushManager && await worker.pushManager.getSubscription();
      if (!given) return;
      await fetch(own.forget, { method: "POST", keepalive: true, headers: { "X-CSRFToken": token }, body: new URLSearchParams({ endpoint: given.endpoint }) });
      await given.unsubscribe();
    };
    Promise.race([forget().catch(() => {}), new Promise((done) => setTimeout(done, 2000))]).then(() => form.submit());
  });

  if (navigator.serviceWorker && own.worker) navigator.serviceWorker.register(own.worker).catch(() => {});
  draw();
  flush();
  follow();
  count();
})();
