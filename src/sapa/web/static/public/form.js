/* Forms of the shop's site: sent without leaving the page. Without this script they are plain posts to the same address. */
(() => {
  "use strict";
  const sapa = window.sapa, english = sapa.lang === "en", began = performance.now();
  const WORDS = {
    sending: ["Mengirim…", "Sending…"],
    offline: ["Belum terkirim: tidak ada sambungan. Isiannya tetap ada, kirim lagi nanti.", "Not sent: no connection. What you filled in is kept; send it again later."]
  };
  const say = name => WORDS[name][english ? 1 : 0];

  const labelOf = field => (field.labels && field.labels[0] ? field.labels[0].textContent : field.name).trim().slice(0, 120);

  function prepare(form) {
    const told = document.createElement("p"), own = { id: sapa.id() };
    told.setAttribute("role", "status");
    told.tabIndex = -1;
    form.append(told);
    form.addEventListener("submit", async submitted => {
      submitted.preventDefault();
      if (form.dataset.sapaSending) return;
      form.dataset.sapaSending = "1";
      told.textContent = say("sending");
      const said = new URLSearchParams(), labels = {}, at = new Date().toISOString();
      for (const [name, value] of new FormData(form)) if (typeof value === "string") said.append(name, value);
      for (const field of form.elements) {
        if (field.name) labels[field.name] = labelOf(field);
        field.removeAttribute("aria-invalid");
      }
      const extra = { id: own.id, at, sent: at, elapsed: Math.round(performance.now() - began), visitor: sapa.read("v") || "", first: sapa.first(), labels };
      said.append("_sapa", JSON.stringify(extra));
      try {
        const answer = await fetch(`${form.action}?lang=${sapa.lang}`, { method: "POST", body: said, credentials: "omit", headers: { Accept: "application/json" } });
        const back = await answer.json();
        told.textContent = back.said;
        const wrong = back.field && [...form.elements].find(field => field.name === back.field);
        if (wrong) { wrong.setAttribute("aria-invalid", "true"); wrong.focus(); }
        if (answer.ok) {
          form.reset();
          own.id = sapa.id();
          told.focus();
        }
      } catch (error) { told.textContent = say("offline"); }
      delete form.dataset.sapaSending;
    });
  }
  for (const form of document.querySelectorAll("form[data-sapa-form]")) prepare(form);
})();
