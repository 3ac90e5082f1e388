"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const say = (text) => { const box = document.getElementById("said"); if (box) box.textContent = text; };

  // What only works with this file is drawn hidden and shown here.
  const wake = (from) => all("[data-needs-js]", from).forEach((node) => { node.hidden = false; });

  // A toast stays ten seconds, longer while somebody points at it or is inside it.
  const watchToast = (toast) => {
    let left = 10;
    const tick = setInterval(() => {
      if (toast.matches(":hover, :focus-within")) return;
      left -= 1;
      if (left > 0 && toast.isConnected) return;
      clearInterval(tick);
      toast.remove();
    }, 1000);
  };
  const watchToasts = () => all(".toast:not([data-seen])").forEach((toast) => {
    toast.dataset.seen = "1";
    watchToast(toast);
  });

  const copy = async (text, done) => {
    try { await navigator.clipboard.writeText(text); say(done || ""); return true; } catch { return false; }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy],[data-print],[data-share],[data-fill]");
    if (!button) return;
    if ("print" in button.dataset) { window.print(); return; }
    const source = document.querySelector(button.dataset.copy || button.dataset.share || button.dataset.into);
    if (!source) return;
    if (button.dataset.fill) {
      source.value = button.dataset.fill;
      source.focus();
    } else if (button.dataset.share && navigator.share) {
      navigator.share({ text: source.value }).catch(() => {});
    } else {
      copy(source.value, button.dataset.done).then((ok) => { if (ok && button.dataset.done) button.textContent = button.dataset.done; });
    }
  });

  // "Salin & buka WhatsApp": the form opens wa.me by itself; here the words are copied as well.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-whatsapp]")) return;
    copy(form.querySelector("textarea").value);
    const next = document.querySelector("[data-after-reply]");
    if (next) { next.classList.add("main"); setTimeout(() => next.focus(), 300); }
  });

  // Focus after a swap: the row behind one that went, else what the answer names.
  let beside = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const gone = event.detail.target;
    beside = gone && gone.closest("li") ? (gone.closest("li").nextElementSibling || gone.closest("li").previousElementSibling) : null;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    wake(document);
    watchToasts();
    const named = document.querySelector("[data-focus]");
    if (named) { named.removeAttribute("data-focus"); named.setAttribute("tabindex", "-1"); named.focus(); return; }
    if (document.activeElement === document.body && beside && beside.isConnected) {
      const target = beside.querySelector("a,button,summary");
      if (target) target.focus();
    }
  });
  document.addEventListener("htmx:sendError", () => say(root.dataset.offline));
  // Ctrl+K: the palette in a dialog; its links and forms are the plain page's.
  const openPalette = (address) => {
    let box = document.getElementById("palette");
    if (!box) {
      box = document.createElement("dialog");
      box.id = "palette";
      box.setAttribute("aria-label", root.dataset.paletteName);
      box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
      document.body.append(box);
    }
    if (box.open) { box.close(); return; }
    htmx.ajax("GET", address, { target: box, swap: "innerHTML" }).then(() => {
      htmx.process(box);
      const input = box.querySelector("input[type=search]");
      if (input) input.focus();
    });
    box.showModal();
  };
  const paletteLink = () => document.querySelector(".tools [data-palette]") || document.querySelector("[data-palette]");
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-palette]");
    if (!link || !window.htmx || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    openPalette(link.href);
  });
  const walk = (event) => {
    const hits = all("[data-hit]", event.target.closest("dialog, main"));
    const at = hits.indexOf(document.activeElement);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = hits[event.key === "ArrowDown" ? at + 1 : at - 1];
      if (next) next.focus();
    } else if (event.key === "Enter" && at < 0) {
      event.preventDefault();
      enterFound(event.target.closest("dialog, main"), event.target.value);
    }
  };
  // What is found may still be on its way when Enter comes: wait for the answer to these words, and to no others.
  const enterFound = (box, words) => {
    const found = box.querySelector("#found");
    const go = () => {
      if ((found.dataset.for || "") !== words) return;
      document.removeEventListener("htmx:afterSettle", go);
      const first = all("[data-hit]", box)[0];
      if (first) first.click();
    };
    document.addEventListener("htmx:afterSettle", go);
    box.querySelector("#palette-q").addEventListener("input", () => document.removeEventListener("htmx:afterSettle", go), { once: true });
    go();
  };
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "found") event.detail.target.dataset.for = event.detail.requestConfig.parameters.q || "";
  });

  // Single letters, outside fields only; they can be switched off.
  const press = (target) => {
    const menu = target.closest("details");
    if (target.matches("summary")) {
      menu.open = true;
      const first = menu.querySelector("[data-first],textarea") || menu.querySelector("button,input:not([type=hidden]),a");
      if (first) first.focus();
    } else target.click();
  };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && paletteLink()) {
      event.preventDefault();
      openPalette(paletteLink().href);
      return;
    }
    if (event.target.closest && event.target.closest("#palette, .palette-page") && ["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) { walk(event); return; }
    const box = document.getElementById("palette");
    if (event.key === "Escape" && box && box.open) { event.preventDefault(); box.close(); return; } // a search field would only empty itself
    if (event.key === "Escape") all("details.menu[open]").forEach((menu) => { menu.open = false; menu.firstElementChild.focus(); });
    if (root.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input,textarea,select,[contenteditable],dialog")) return;
    if (event.key === "Enter" && document.activeElement === document.body) {
      const first = document.querySelector("main [data-enter]") || document.querySelector("main .doings .main") || document.querySelector("main a[data-row]");
      if (first) first.click();
    } else if (event.key === "?") {
      const help = document.getElementById("keys");
      if (help) help.showModal();
    } else if (event.key === "r" && document.getElementById("words")) {
      event.preventDefault();
      document.getElementById("words").focus();
    } else if (event.key === "/") {
      const box = document.getElementById("words") || document.querySelector("input[type=search]");
      if (box && box.id === "words") { box.focus(); return; }
      event.preventDefault();
      if (box) box.focus(); else location.href = root.dataset.search;
    } else if (event.key === "j" || event.key === "k") {
      const rows = all("[data-row]");
      const now = rows.indexOf(document.activeElement.closest("[data-row]") || document.querySelector("[data-row][aria-current]"));
      const next = rows[event.key === "j" ? now + 1 : Math.max(now - 1, 0)];
      if (next) { (next.matches("a,button") ? next : next.querySelector("a,button")).focus(); }
    } else if (/^[a-z]$/.test(event.key)) {
      const target = document.querySelector(`[data-key="${event.key}"]`);
      const row = document.activeElement.closest("li"), tick = row && row.querySelector(".tick input");
      if (target && tick && target.form && tick.form === target.form && !target.form.querySelector(".tick input:checked")) tick.checked = true;
      if (target) { event.preventDefault(); press(target); }
    }
  });
  const enterBox = document.getElementById("enter-sends");
  if (enterBox) {
    enterBox.checked = localStorage.getItem("sapa-enter") !== "ctrl";
    enterBox.addEventListener("change", () => localStorage.setItem("sapa-enter", enterBox.checked ? "enter" : "ctrl"));
  }
  document.addEventListener("click", (event) => {
    all("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  // Large files go up in pieces; a broken connection goes on where it stopped.
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const send = async (form, file, bar) => {
    const piece = 1 << 20;
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const ask = new URLSearchParams({ name: file.name, size: file.size, stamp: file.lastModified });
    let at = 0;
    for (let failures = 0; ;) {
      try {
        const where = await fetch(`${form.dataset.upload}?${ask}`);
        if (!where.ok) throw new Error(where.status);
        at = (await where.json()).received;
        while (at < file.size || file.size === 0) {
          const answer = await fetch(`${form.dataset.upload}?${ask}&at=${at}`, {
            method: "POST", body: file.slice(at, at + piece), headers: { "X-CSRFToken": token, "Content-Type": "application/octet-stream" },
          });
          if (!answer.ok) throw new Error(answer.status);
          const told = await answer.json();
          at = told.received;
          failures = 0;
          bar.value = bar.max ? at : 0;
          if (told.done) return;
        }
        return;
      } catch (error) {
        failures += 1;
        if (failures > 8) throw error;
        say(root.dataset.offline);
        await wait(Math.min(500 * 2 ** failures, 15000));
      }
    }
  };
  const upload = (form) => {
    const input = form.querySelector("input[type=file]");
    const start = async (files) => {
      const room = form.querySelector("[data-progress]");
      room.hidden = false;
      const bar = room.querySelector("progress");
      bar.max = [...files].reduce((sum, file) => sum + file.size, 0) || 1;
      try {
        let before = 0;
        for (const file of files) {
          const shown = { max: bar.max, set value(sent) { bar.value = before + sent; } };
          await send(form, file, shown);
          before += file.size;
        }
        form.querySelector("[name=uploaded]").value = "1";
        input.disabled = true;
        form.submit();
      } catch { room.hidden = true; say(form.dataset.failed); form.querySelector("[data-trouble]").hidden = false; }
    };
    form.addEventListener("submit", (event) => {
      if (!input.files.length) return;
      event.preventDefault();
      start(input.files);
    });
    form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
    form.addEventListener("dragleave", () => form.classList.remove("over"));
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      form.classList.remove("over");
      if (event.dataTransfer.files.length) start(event.dataTransfer.files);
    });
  };

  wake(document);
  watchToasts();
  all("form[data-upload]").forEach(upload);
  const errors = document.querySelector(".errors");
  if (errors) errors.focus();
  const talk = document.getElementById("talk");
  if (talk && document.querySelector("[data-to-end]") && !location.hash.startsWith("#m")) {
    talk.scrollTop = talk.scrollHeight;
    if (talk.scrollHeight <= talk.clientHeight) window.scrollTo(0, document.body.scrollHeight);
  }
})();
