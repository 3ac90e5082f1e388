"use strict";
// The composer and what stands around it. Everything here has a plain form behind it.
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const composer = one(".composer");
  const words = one("#words");
  const token = () => (one("[name=csrfmiddlewaretoken]") || {}).value || "";
  const post = (url, body, more = {}) => fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token(), "HX-Request": "true" }, ...more });
  const swap = async (answer, box) => { if (answer.status === 200 || answer.status === 422) { box.innerHTML = await answer.text(); all("[data-needs-js]", box).forEach((node) => { node.hidden = false; }); } };

  // Drafts: on the device at once, on the server after 800 ms of silence.
  const place = composer ? `sapa-draft:${composer.dataset.place}:` : "";
  const timers = {};
  const save = async (box) => {
    const kind = box.dataset.keep;
    try {
      const answer = await post(composer.dataset.draft, new URLSearchParams({ kind, text: box.value }));
      if (!answer.ok || answer.redirected) return;
      if (localStorage.getItem(place + kind) === box.value) localStorage.removeItem(place + kind);
      const chip = one("#chip");
      if (kind === "reply" && chip) await swap(answer, chip);
    } catch { /* it stands on the device; the next key or the next visit tries again */ }
  };
  const typed = (box) => {
    localStorage.setItem(place + box.dataset.keep, box.value);
    clearTimeout(timers[box.dataset.keep]);
    timers[box.dataset.keep] = setTimeout(() => save(box), 800);
  };
  if (composer) {
    all("[data-keep]", composer).forEach((box) => {
      const kept = localStorage.getItem(place + box.dataset.keep);
      if (kept !== null && kept !== box.value) { box.value = kept; save(box); }
      box.addEventListener("input", () => typed(box));
      if (box.form) box.form.addEventListener("submit", () => { clearTimeout(timers[box.dataset.keep]); localStorage.removeItem(place + box.dataset.keep); });
    });
  }

  // Saved replies: behind "/" at the cursor, or from the menu; several in one reply.
  const menu = one("#menu");
  const put = (text, from = words.selectionStart) => {
    words.setRangeText(text, from, words.selectionEnd, "end");
    words.focus();
    words.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const begun = () => (words && words.selectionStart === words.selectionEnd ? /(?:^|\s)(\/[^\s/]{0,30})$/.exec(words.value.slice(0, words.selectionStart)) : null);
  const shut = () => { if (menu) { menu.hidden = true; menu.innerHTML = ""; } };
  const pick = (button) => {
    const at = begun();
    put(button.dataset.text, at ? words.selectionStart - at[1].length : words.selectionStart);
    const form = words.form;
    if (form && form.matches("[data-composer]")) {
      const named = document.createElement("input");
      Object.assign(named, { type: "hidden", name: "answer", value: button.dataset.answer });
      form.append(named);
    }
    shut();
    all("[data-answers][open]").forEach((box) => { box.open = false; });
    const blank = /\{[^{}]+\}/g;
    for (let found; (found = blank.exec(words.value));) {
      if (!/^\{\s*nama\s*\}$/i.test(found[0])) { words.setSelectionRange(found.index, found.index + found[0].length); break; }
    }
  };
  let asked = 0;
  const look = async () => {
    const at = begun();
    if (!at || !menu) { shut(); return; }
    const mine = ++asked;
    const answer = await fetch(`${words.dataset.menu}?q=${encodeURIComponent(at[1].slice(1))}`, { headers: { "HX-Request": "true" } });
    if (mine !== asked || !answer.ok || !begun()) return;
    menu.innerHTML = await answer.text();
    menu.hidden = false;
    const first = menu.querySelector(".answer-pick");
    if (first) first.setAttribute("aria-current", "true");
  };
  const move = (step) => {
    const picks = all(".answer-pick", menu);
    const now = picks.findIndex((button) => button.hasAttribute("aria-current"));
    const next = picks[(now + step + picks.length) % picks.length];
    picks.forEach((button) => button.removeAttribute("aria-current"));
    if (next) { next.setAttribute("aria-current", "true"); next.scrollIntoView({ block: "nearest" }); }
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".answer-pick");
    if (!button || !words) return;
    event.preventDefault();
    pick(button);
  });

  // Keys of the composer. On a phone Enter is a new line.
  const coarse = matchMedia("(pointer: coarse)").matches;
  if (words) {
    words.addEventListener("input", look);
    words.addEventListener("keydown", (event) => {
      const form = words.form;
      if (menu && !menu.hidden) {
        const current = menu.querySelector(".answer-pick[aria-current]");
        if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); move(event.key === "ArrowDown" ? 1 : -1); return; }
        if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); shut(); return; }
        if ((event.key === "Enter" || event.key === "Tab") && current) { event.preventDefault(); pick(current); return; }
      }
      if (event.key === "Tab" && !event.shiftKey && one("#chip button")) { event.preventDefault(); one("#chip button").focus(); return; }
      if (event.key === "Escape") { words.blur(); return; }
      if (event.key !== "Enter" || event.isComposing || !form) return;
      const whole = event.ctrlKey || event.metaKey;
      const sends = localStorage.getItem("sapa-enter") || form.dataset.sends || "enter";
      if (!whole && (event.shiftKey || coarse || sends === "ctrl")) return;
      event.preventDefault();
      const button = whole && event.shiftKey ? form.querySelector("[data-send-close]") : form.querySelector("[data-send]");
      if (button && (words.value.trim() || one("#files li"))) form.requestSubmit(button);
    });
    // The browser itself moves to the fragment once the page has loaded: only then does the cursor stay.
    if (location.hash === "#reply") {
      words.focus();
      window.addEventListener("load", () => setTimeout(() => words.focus(), 30));
    }
  }
  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-promise][data-add]");
    if (chip && words) {
      const before = words.value.trimEnd();
      words.setSelectionRange(words.value.length, words.value.length);
      put(`${/[.!?…]$/.test(before) || !before ? "" : "."} ${chip.dataset.add}`, before.length);
    }
    const call = event.target.closest("[data-mention]");
    const note = one("#note-words");
    if (call && note) { note.setRangeText(`${call.dataset.mention} `, note.selectionStart, note.selectionEnd, "end"); note.focus(); }
  });

  // Files go up as they are chosen, with a voice note among them.
  const files = one("#files");
  const upload = async (url, list) => {
    const form = new FormData();
    [...list].forEach((file) => form.append("files", file, file.name));
    try { await swap(await post(url, form), files); } catch { one("#said").textContent = document.documentElement.dataset.offline; }
  };
  const input = one("[data-upload-to]");
  if (input) input.addEventListener("change", async () => { await upload(input.dataset.uploadTo, input.files); input.value = ""; });
  document.addEventListener("click", async (event) => {
    const drop = event.target.closest("[data-drop]");
    if (!drop) return;
    event.preventDefault();
    try { await swap(await post(drop.dataset.drop), files); } catch { /* it stays until the network is back */ }
  });
  const mic = one("[data-voice]");
  if (mic && !(window.MediaRecorder && navigator.mediaDevices)) mic.hidden = true;
  let recorder = null;
  if (mic) mic.addEventListener("click", async () => {
    if (recorder) { recorder.stop(); return; }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const kind = ["audio/ogg;codecs=opus", "audio/mp4", "audio/webm;codecs=opus"].find((type) => MediaRecorder.isTypeSupported(type)) || "";
      const parts = [];
      recorder = new MediaRecorder(stream, kind ? { mimeType: kind } : {});
      recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
      recorder.addEventListener("stop", () => {
        stream.getTracks().forEach((track) => track.stop());
        const type = recorder.mimeType.split(";")[0];
        recorder = null;
        mic.removeAttribute("aria-pressed");
        upload(mic.dataset.voice, [new File(parts, `suara.${type.split("/")[1]}`, { type })]);
      });
      recorder.start();
      mic.setAttribute("aria-pressed", "true");
      one("#said").textContent = mic.dataset.stop;
    } catch { recorder = null; }
  });

  // Others see that this is open, and that somebody writes here.
  const thread = one("[data-presence]");
  if (thread) {
    let spoke = 0;
    const be = (state) => post(thread.dataset.presence, new URLSearchParams({ state })).then((answer) => (answer.ok && !answer.redirected ? swap(answer, one("#present")) : null)).catch(() => {});
    be("viewing");
    setInterval(() => { if (!document.hidden && Date.now() - spoke > 20000) be("viewing"); }, 25000);
    if (words) words.addEventListener("input", () => { if (Date.now() - spoke > 10000) { spoke = Date.now(); be("typing"); } });
    window.addEventListener("pagehide", () => {
      const gone = new FormData();
      gone.append("state", "gone");
      gone.append("csrfmiddlewaretoken", token());
      navigator.sendBeacon(thread.dataset.presence, gone);
    });
  }

  // A list in which something is ticked or open is not redrawn; a talk stays where its reader is.
  const talk = one("#talk");
  let atEnd = true;
  document.addEventListener("htmx:beforeRequest", (event) => {
    const box = event.detail.target;
    if (box && box.id === "list" && !box.offsetParent) event.preventDefault(); // no room for it on a phone
    if (box && box.id === "list" && box.querySelector(":checked:not(option), details[open], input:focus")) event.preventDefault();
    if (box && box.id === "talk" && (box.querySelector("details[open]") || [...box.querySelectorAll("audio,video")].some((media) => !media.paused))) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target === talk) atEnd = talk.scrollHeight > talk.clientHeight ? talk.scrollTop + talk.clientHeight > talk.scrollHeight - 80 : window.innerHeight + window.scrollY > document.body.scrollHeight - 160;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target !== talk) return;
    const seen = talk.querySelector("[data-seen-now]");
    const field = one("[data-composer] [name=seen]");
    if (seen && field) field.value = seen.dataset.seenNow;
    if (!atEnd) return;
    talk.scrollTop = talk.scrollHeight;
    if (talk.scrollHeight <= talk.clientHeight) window.scrollTo(0, document.body.scrollHeight);
  });

  // "a", two letters, Enter: the list of the team gets shorter as one types.
  all("form[data-narrow]").forEach((form) => {
    const box = form.querySelector("input[name=name]");
    box.addEventListener("input", () => {
      const plain = box.value.trim().toLowerCase();
      all("[data-name]", form).forEach((button) => { button.hidden = !button.dataset.name.startsWith(plain); });
    });
  });
})();
