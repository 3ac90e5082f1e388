/* Sapa on the shop's site: chat, forms, pages looked at. No cookie. */
(() => {
  "use strict";
  const tag = document.currentScript, set = tag.dataset, key = set.key, here = new URL(tag.src), loaded = {}, memory = {};
  if (!key || window.sapa) return;
  const base = `${here.origin}/widget/${key}/`, place = name => `sapa:${key}:${name}`;
  const english = /^en/.test(set.lang || document.documentElement.lang || navigator.language);
  let user = { id: set.user || "", hash: set.userHash || "" }, coming;

  const read = name => {
    try { return JSON.parse(localStorage.getItem(place(name))); } catch (e) { return memory[name]; }
  };
  const keep = (name, value) => {
    memory[name] = value;
    try {
      if (value == null) localStorage.removeItem(place(name));
      else localStorage.setItem(place(name), JSON.stringify(value));
    } catch (e) { /* private */ }
  };
  const id = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), one => one.toString(16).padStart(2, "0")).join("");
  const count = name => { keep(name, (read(name) || 0) + 1); return read(name); };
  const forget = () => {
    for (const name of ["v", "u", "n", "out", "draft", "seen", "talked", "open", "looks", "seq"]) keep(name);
    if (api.panel) api.panel.forget();
  };

  const call = async (part, said, more) => {
    const answer = await fetch(`${base}${part}?lang=${api.lang}`, {
      method: "POST", body: JSON.stringify(said), credentials: "omit", ...more
    });
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) return told;
    if (told.code === "visitor") keep("v");
    throw Object.assign(new Error(told.said || answer.status), { status: answer.status, field: told.field });
  };

  /* Who signs in next on a shared device does not see the thread before. */
  const sameUser = () => {
    const before = read("u");
    if (before && before !== user.id) forget();
    else if (user.id && read("v")) keep("u", user.id);
  };
  const visitor = async () => {
    if (read("v")) return read("v");
    coming = coming || call("hello", { new: true });
    try { keep("v", (await coming).visitor); } finally { coming = 0; }
    if (user.id) keep("u", user.id);
    return read("v");
  };
  const who = said => user.id ? { ...said, user: user.id, user_hash: user.hash } : said;

  /* Where they came from when first seen; kept only where pages may be counted. */
  const first = () => {
    const asked = new URLSearchParams(location.search), found = { landing: location.pathname };
    if (read("first")) return read("first");
    for (const one of ["source", "medium", "campaign", "content", "term"])
      if (asked.get(`utm_${one}`)) found[one] = asked.get(`utm_${one}`);
    if (document.referrer && !document.referrer.startsWith(location.origin)) found.referrer = document.referrer.split("?")[0];
    return found;
  };
  const mayCount = () => set.track !== "never" && !navigator.globalPrivacyControl && navigator.doNotTrack !== "1" &&
    (set.track === "always" ? read("consent") !== false : read("consent") === true);
  const follow = () => {
    if (!mayCount()) return;
    keep("first", first());
    load("track").catch(() => {});
  };

  const load = name => loaded[name] = loaded[name] || new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = new URL(`${name}.js`, here);
    script.onload = done;
    script.onerror = () => { loaded[name] = 0; failed(new Error(name)); };
    document.head.append(script);
  });
  const open = () => load("panel").then(() => api.panel.open(), () => {
    bubble.textContent = english ? "No connection" : "Tidak tersambung";
  });

  const host = document.createElement("div"), bubble = document.createElement("button");
  const root = host.attachShadow({ mode: "open" });
  bubble.type = "button";
  bubble.textContent = english ? "Chat" : "Obrolan";
  bubble.setAttribute("aria-haspopup", "dialog");
  bubble.setAttribute("aria-expanded", "false");
  bubble.style.cssText = "position:fixed;inset:auto 16px 16px auto;z-index:2147483000;min-height:48px;padding:0 20px;border:2px solid #fff;border-radius:24px;background:#0f6b5c;color:#fff;font:600 16px system-ui;cursor:pointer";
  bubble.onclick = open;
  root.append(bubble);

  const api = window.sapa = {
    base, set, root, bubble, read, keep, id, count, call, visitor, who, first, mayCount, open, lang: english ? "en" : "id",
    user(name, hash) { user = { id: name || "", hash: hash || "" }; sameUser(); },
    consent(yes) {
      keep("consent", !!yes);
      if (yes) follow();
      else { keep("first"); if (api.stop) api.stop(); }
    }
  };
  const begin = () => {
    sameUser();
    if (set.bubble !== "no") {
      document.body.append(host);
      if (read("talked")) load("panel").then(() => api.panel.follow(), () => {});
    }
    if (document.querySelector("form[data-sapa-form]")) load("form");
    follow();
  };
  if (document.body) begin(); else addEventListener("DOMContentLoaded", begin);
})();
