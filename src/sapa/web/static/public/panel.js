/* The chat panel: loaded on the first tap. What others wrote is only ever put in as text. */
(() => {
  "use strict";
  const sapa = window.sapa, english = sapa.lang === "en", { root, bubble } = sapa;
  const WORDS = {
    title: ["Obrolan dengan {shop}", "Chat with {shop}"], close: ["Tutup obrolan", "Close chat"], chat: ["Obrolan", "Chat"],
    log: ["Pesan", "Messages"], write: ["Tulis pesan", "Write a message"], send: ["Kirim", "Send"], you: ["Anda", "You"],
    unread: ["Obrolan, {n} pesan baru", "Chat, {n} new"], open: ["sedang buka", "open now"], closed: ["sedang tutup", "closed now"],
    whatsapp: ["Lanjut di WA?", "Continue on WhatsApp?"], leave: ["Tinggalkan nomor WA", "Leave your WhatsApp number"],
    name: ["Nama", "Name"], phone: ["Nomor WA", "WhatsApp number"], email: ["Email", "E-mail"], keep: ["Simpan", "Save"],
    left: ["Nomor WA saya: {phone}", "My WhatsApp number: {phone}"], mail: ["Email saya: {email}", "My e-mail: {email}"],
    thanks: ["Terima kasih. Kami hubungi Kakak di sana.", "Thank you. We will reach you there."],
    need: ["Tulis nomor WA atau email.", "Write a WhatsApp number or an e-mail."],
    sending: ["Mengirim…", "Sending…"], later: ["Belum terkirim. Dikirim saat tersambung lagi.", "Not sent yet. It goes when you are online again."],
    read: ["Dibaca", "Read"], edited: ["diubah", "edited"], gone: ["Pesan ini dihapus.", "This message was deleted."],
    offline: ["Tidak ada sambungan. Yang ditulis tetap ada.", "No connection. What you write is kept."],
    attach: ["Lampirkan foto atau PDF", "Attach a photo or PDF"], uploading: ["Mengunggah {name}…", "Uploading {name}…"],
    file: ["Berkas", "File"], large: ["Berkas ini lebih dari 10 MB. Pilih yang lebih kecil.", "This file is over 10 MB. Choose a smaller one."]
  };
  const say = (name, values) => WORDS[name][english ? 1 : 0].replace(/\{(\w+)\}/g, (whole, one) => (values || {})[one]);

  const LIGHT = "--bg:#fff;--sunken:#f1f0ea;--text:#1c1b18;--muted:#5c5a52;--line:#dad8cf;--control:#85827a;--brand:#0f6b5c;--on:#fff;--soft:#ddf1ec;--bad:#b3261e;--link:#0b5f9e";
  const DARK = "--bg:#1d1f1b;--sunken:#0e0f0d;--text:#edece6;--muted:#b3b1a7;--line:#34362f;--control:#8b8a80;--brand:#5cc9b2;--on:#06251f;--soft:#12352e;--bad:#f6938b;--link:#7cb8f2";
  const CSS = `
.panel{all:initial;${LIGHT};color-scheme:light dark;position:fixed;inset:auto 16px 16px auto;z-index:2147483001;display:flex;flex-direction:column;width:368px;max-width:calc(100vw - 32px);height:560px;max-height:calc(100dvh - 32px);overflow:hidden;background:var(--bg);color:var(--text);border:1px solid var(--line);border-radius:16px;box-shadow:0 8px 32px rgb(0 0 0/25%);font:400 16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
@media (prefers-color-scheme:dark){.panel{${DARK}}}
@media (max-width:480px){.panel{inset:0;width:100vw;max-width:none;height:100dvh;max-height:none;border:0;border-radius:0}}
.panel[hidden],[hidden]{display:none!important}
*{box-sizing:border-box}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
h2,p,ul{margin:0;padding:0}
header{display:flex;gap:8px;align-items:center;padding:8px 8px 8px 16px;border-bottom:1px solid var(--line)}
header div{flex:1;min-width:0}
h2{font-size:18px;line-height:1.3;font-weight:600}
.small{font-size:14px;color:var(--muted)}
button,.attach{display:inline-flex;align-items:center;justify-content:center;min-width:44px;min-height:44px;padding:4px 12px;border:1px solid var(--control);border-radius:6px;background:var(--bg);color:var(--text);font:600 16px/1.3 inherit;font-family:inherit;cursor:pointer}
.go{background:var(--brand);border-color:var(--brand);color:var(--on)}
.log{flex:1;overflow-y:auto;padding:16px;background:var(--sunken);overscroll-behavior:contain}
.one{max-width:85%;width:fit-content;margin:0 0 12px;padding:8px 12px;border-radius:16px;background:var(--bg);border:1px solid var(--line);white-space:pre-wrap}
.one.in{margin-inline-start:auto;background:var(--soft);border-color:transparent}
.one .small{display:block;white-space:normal}
.one img{display:block;max-width:100%;max-height:240px;border-radius:6px}
a{color:var(--link)}
.foot{padding:8px 16px 12px;border-top:1px solid var(--line);overflow-y:auto;max-height:60%;flex:none}
.write{display:flex;gap:8px;align-items:flex-end;margin-top:8px}
label{display:block;font-size:14px;font-weight:600;margin-top:8px}
textarea,input[type=text],input[type=tel],input[type=email]{display:block;width:100%;min-height:44px;padding:8px 12px;border:1px solid var(--control);border-radius:6px;background:var(--bg);color:var(--text);font:inherit;resize:none}
textarea{max-height:120px}
.bad{color:var(--bad);font-size:14px}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.attach:focus-within{outline:3px solid var(--link);outline-offset:2px}
summary{min-height:44px;padding:10px 0;cursor:pointer;color:var(--link);font-size:14px}
.row{display:flex;flex-wrap:wrap;gap:0 16px;align-items:center}
.grow{flex:1;min-width:0}
::placeholder{color:var(--muted);opacity:1}
details[open]{flex-basis:100%}
.row a{min-height:44px;display:inline-flex;align-items:center;font-size:14px}
@media (prefers-reduced-motion:no-preference){.log{scroll-behavior:smooth}}`;

  /* Under a strict policy of the host a <style> is refused, a constructed sheet is not. */
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
  } catch (e) { root.append(make("style", { textContent: CSS })); }

  function make(name, values, ...inside) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(values || {})) {
      if (key in made && key !== "role") made[key] = value; else made.setAttribute(key, value);
    }
    made.append(...inside.filter(one => one != null));
    return made;
  }

  const title = make("h2", { id: "sapa-title", textContent: say("chat") }), state = make("p", { className: "small" });
  const close = make("button", { type: "button", textContent: "✕", "aria-label": say("close") });
  const log = make("div", { className: "log", role: "log", tabIndex: 0, "aria-label": say("log") });
  const trouble = make("p", { className: "bad", role: "alert" }), note = make("p", { className: "small", role: "status" });
  const words = make("textarea", { id: "sapa-words", rows: 1, maxLength: 4000, placeholder: say("write") });
  const go = make("button", { type: "submit", className: "go", textContent: say("send") });
  const picker = make("input", { type: "file", className: "unseen", accept: "image/jpeg,image/png,image/webp,image/gif,application/pdf", "aria-label": say("attach") });
  const form = make("form", { className: "write", noValidate: true },
    make("label", { className: "attach" }, make("span", { textContent: "+", "aria-hidden": "true" }), picker),
    make("div", { className: "grow" }, make("label", { className: "unseen", htmlFor: "sapa-words", textContent: say("write") }), words), go);
  const whatsapp = make("a", { target: "_blank", rel: "noopener noreferrer", textContent: say("whatsapp"), hidden: true });
  const fields = ["name", "phone", "email"].map(one => make("input", {
    id: `sapa-${one}`, name: one, maxLength: 120, type: { name: "text", phone: "tel", email: "email" }[one],
    autocomplete: { name: "name", phone: "tel", email: "email" }[one]
  }));
  const leaving = make("form", { noValidate: true },
    ...fields.map(one => make("label", {}, say(one.name), one)),
    make("div", { className: "write" }, make("button", { type: "submit", textContent: say("keep") })));
  const leave = make("details", {}, make("summary", { textContent: say("leave") }), leaving);
  const foot = make("div", { className: "foot" }, trouble, note, make("div", { className: "row" }, whatsapp, leave), form);
  const panel = make("div", { className: "panel", role: "dialog", "aria-labelledby": "sapa-title", hidden: true },
    make("header", {}, make("div", {}, title, state), close), log, foot);
  root.append(panel);

  let greeting = "", version = "", shown = [], known = false, following = false, abort = null, pause = 2000, flushing = false, last = 0;
  const iso = at => new Date(at).toISOString();
  const outbox = () => sapa.read("out") || [];
  const time = at => new Date(at).toLocaleTimeString(english ? "en-GB" : "id-ID", { hour: "2-digit", minute: "2-digit" });
  const visible = () => !panel.hidden && document.visibilityState === "visible";

  /* Text with its web addresses as links; nothing of it is ever markup. */
  function linked(text) {
    const parts = [];
    let at = 0;
    for (const found of text.matchAll(/https?:\/\/[^\s<>"]+[^\s<>"'.,;:!?)\]]/g)) {
      parts.push(text.slice(at, found.index), make("a", { href: found[0], target: "_blank", rel: "noopener noreferrer nofollow", textContent: found[0] }));
      at = found.index + found[0].length;
    }
    return [...parts, text.slice(at)];
  }
  function attached(one) {
    if (!one.link) return make("span", { className: "small", textContent: `${say("file")}: ${one.name}` });
    const href = new URL(one.link, sapa.base).href, link = make("a", { href, target: "_blank", rel: "noopener noreferrer" });
    link.append(one.kind === "image" ? make("img", { src: href, alt: one.name || say("file"), loading: "lazy" }) : one.name || say("file"));
    return link;
  }
  function bubbleOf(one) {
    const author = one.in ? say("you") : one.by || title.dataset.shop || "";
    const foot = [one.at && time(one.at), one.edited && say("edited"), one.state].filter(Boolean).join(" · ");
    const made = make("div", { className: one.in ? "one in" : "one" },
      make("span", { className: one.in ? "unseen" : "small", textContent: author ? `${author}: ` : "" }));
    made.append(...(one.gone ? [say("gone")] : linked(one.text)), ...(one.files || []).map(attached));
    if (foot) made.append(make("span", { className: "small", textContent: foot }));
    return made;
  }

  /* Only what is new or changed is put in, so that a screen reader hears each message once. */
  const drawn = new Map();
  function draw() {
    const stored = new Set(shown.map(one => one.id));
    const mine = outbox().filter(one => !stored.has(one.id)).map(one => ({
      id: one.id, in: true, text: one.text, files: one.shown, state: one.kept ? "" : navigator.onLine && !one.failed ? say("sending") : say("later")
    }));
    const all = [...(greeting ? [{ id: "greeting", in: false, text: greeting }] : []), ...shown, ...mine];
    const low = log.scrollHeight - log.scrollTop - log.clientHeight < 80, wanted = new Set(all.map(one => one.id));
    for (const [id, had] of drawn) if (!wanted.has(id)) { had.node.remove(); drawn.delete(id); }
    let before = null;
    for (const one of all) {
      const said = JSON.stringify([one.text, one.gone, one.edited, one.state, (one.files || []).map(file => [file.name, !!file.link])]), had = drawn.get(one.id);
      let node = had && had.node;
      if (!had || had.said !== said) {
        node = bubbleOf(one);
        if (had) had.node.replaceWith(node);
        drawn.set(one.id, { said, node });
      }
      const next = before ? before.nextSibling : log.firstChild;
      if (next !== node) log.insertBefore(node, next);
      before = node;
    }
    if (low) log.scrollTop = log.scrollHeight;
    badge();
  }
  function badge() {
    const since = sapa.read("seen") || "", fresh = shown.filter(one => !one.in && one.at > since);
    if (visible() && fresh.length) {
      sapa.keep("seen", fresh[fresh.length - 1].at);
      const ids = fresh.filter(one => !one.read).map(one => one.id);
      if (ids.length) sapa.call("seen", { visitor: sapa.read("v"), ids }).catch(() => {});
      fresh.length = 0;
    }
    bubble.textContent = fresh.length ? say("unread", { n: fresh.length }) : say("chat");
  }

  async function follow() {
    if (following) return;
    following = true;
    while (sapa.read("v") && sapa.read("talked") && document.visibilityState === "visible") {
      abort = new AbortController();
      try {
        const told = await sapa.call("thread", { visitor: sapa.read("v"), have: version, wait: true }, { signal: abort.signal });
        version = told.version;
        if (told.messages) {
          shown = told.messages;
          const stored = new Set(shown.map(one => one.id));
          sapa.keep("out", outbox().filter(one => !stored.has(one.id)));
          draw();
        }
        online();
        pause = 2000;
      } catch (error) {
        if (error.name === "AbortError") break;
        if (error.status === 401) { shown = []; version = ""; draw(); break; }
        if (!error.status) note.textContent = say("offline");
        await new Promise(done => setTimeout(done, pause));
        pause = Math.min(pause * 2, 30000);
      }
    }
    following = false;
  }
  function online() {
    if (note.textContent === say("offline")) note.textContent = "";
    if (outbox().some(one => !one.kept)) flush();
  }

  /* What was written lies in storage until the shop has it, under an id that makes a repeat harmless. */
  function put(one) {
    sapa.keep("out", [...outbox(), { id: sapa.id(), n: sapa.count("n"), at: new Date().toISOString(), ...one }]);
    sapa.keep("talked", true);
    draw();
    log.scrollTop = log.scrollHeight;
    flush();
  }
  function changed(id, values) { sapa.keep("out", outbox().map(one => one.id === id ? { ...one, ...values } : one)); draw(); }
  async function flush() {
    if (flushing) return;
    flushing = true;
    let one;
    while ((one = outbox().find(other => !other.kept))) {
      try {
        const visitor = await sapa.visitor(), { shown: files, kept, failed, ...said } = one, sent = Date.now();
        /* The shop's clock adds the way of each message: a later one must not overtake a slow one. */
        const at = Math.max(Date.parse(one.at), last);
        await sapa.call("send", sapa.who({ ...said, visitor, first: one.n === 1 ? sapa.first() : undefined, at: iso(at), sent: iso(sent) }));
        last = at + Date.now() - sent + 1;
        changed(one.id, { kept: true, failed: false });
        trouble.textContent = "";
        follow();
      } catch (error) {
        if (error.status === 422 || error.status === 413) {
          sapa.keep("out", outbox().filter(other => other.id !== one.id));
          if (!words.value && one.text) { words.value = one.text; draft(); }
          trouble.textContent = error.message;
          draw();
          continue;
        }
        changed(one.id, { failed: true });
        if (error.status) trouble.textContent = error.message; else note.textContent = say("offline");
        setTimeout(flush, pause = Math.min(pause * 2, 30000));
        break;
      }
    }
    flushing = false;
  }

  function draft() {
    sapa.keep("draft", words.value || null);
    words.style.height = "auto";
    words.style.height = `${Math.min(words.scrollHeight + 2, 120)}px`;
  }
  form.onsubmit = submitted => {
    submitted.preventDefault();
    const text = words.value.trim();
    if (!text) return words.focus();
    words.value = "";
    draft();
    put({ text });
    words.focus();
  };
  words.oninput = draft;
  words.onkeydown = pressed => {
    if (pressed.key === "Enter" && !pressed.shiftKey && !pressed.isComposing && !matchMedia("(pointer: coarse)").matches) {
      pressed.preventDefault();
      form.requestSubmit();
    }
  };
  leaving.onsubmit = async submitted => {
    submitted.preventDefault();
    const [name, phone, email] = fields.map(one => one.value.trim());
    fields.forEach(one => one.removeAttribute("aria-invalid"));
    if (!phone && !email) { trouble.textContent = say("need"); fields[1].setAttribute("aria-invalid", "true"); return fields[1].focus(); }
    const text = [phone && say("left", { phone }), email && say("mail", { email })].filter(Boolean).join("\n");
    const one = { id: sapa.id(), n: sapa.count("n"), at: new Date().toISOString(), text, name, phone, email };
    try {
      await sapa.call("send", sapa.who({ ...one, visitor: await sapa.visitor(), first: one.n === 1 ? sapa.first() : undefined, sent: one.at }));
    } catch (error) {
      const wrong = fields.find(field => field.name === error.field);
      trouble.textContent = error.status ? error.message : say("offline");
      if (wrong) { wrong.setAttribute("aria-invalid", "true"); wrong.focus(); }
      return;
    }
    trouble.textContent = "";
    leave.open = false;
    note.textContent = say("thanks");
    sapa.keep("talked", true);
    sapa.keep("out", [...outbox(), { ...one, kept: true }]);
    draw();
    words.focus();
    follow();
  };
  picker.onchange = async () => {
    const file = picker.files[0];
    picker.value = "";
    if (!file) return;
    if (file.size > 10485760) { trouble.textContent = say("large"); return; }
    note.textContent = say("uploading", { name: file.name });
    try {
      const head = `${JSON.stringify({ visitor: await sapa.visitor(), name: file.name })}\n`;
      const told = await sapa.call("upload", null, { body: new Blob([head, file]) });
      put({ text: words.value.trim(), files: [told.file], shown: [{ name: file.name }] });
      words.value = "";
      draft();
      trouble.textContent = "";
    } catch (error) { trouble.textContent = error.status ? error.message : say("offline"); }
    note.textContent = "";
  };

  async function meet() {
    const told = await sapa.call("hello", { visitor: sapa.read("v") });
    known = true;
    title.dataset.shop = told.shop;
    title.textContent = say("title", { shop: told.shop });
    state.textContent = told.open ? say("open") : told.sentence;
    greeting = told.greeting;
    whatsapp.hidden = !told.whatsapp;
    if (/^https:\/\/wa\.me\/\d+$/.test(told.whatsapp)) whatsapp.href = told.whatsapp;
    draw();
  }
  function shut() {
    panel.hidden = true;
    bubble.hidden = false;
    bubble.style.display = "";
    bubble.setAttribute("aria-expanded", "false");
    sapa.keep("open", null);
    bubble.focus();
  }
  close.onclick = shut;
  panel.onkeydown = pressed => { if (pressed.key === "Escape") { pressed.stopPropagation(); shut(); } };

  sapa.panel = {
    open(quiet) {
      panel.hidden = false;
      bubble.style.display = "none";
      bubble.setAttribute("aria-expanded", "true");
      sapa.keep("open", true);
      if (!words.value) { words.value = sapa.read("draft") || ""; }
      draft();
      if (!known) meet().catch(() => { note.textContent = say("offline"); });
      draw();
      log.scrollTop = log.scrollHeight;
      if (!quiet) words.focus();
      flush();
      follow();
    },
    follow() { if (sapa.read("open")) this.open(true); else { draw(); flush(); follow(); } },
    forget() {
      shown = [];
      version = words.value = "";
      leaving.reset();
      if (abort) abort.abort();
      draw();
    }
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") { badge(); follow(); } else if (abort) abort.abort();
  });
  addEventListener("online", () => { pause = 2000; flush(); follow(); if (!known && !panel.hidden) meet().catch(() => {}); });
  addEventListener("offline", draw);
})();
