/* Pages looked at, and how long: told once, when a look ends. Segment spec. */
(() => {
  "use strict";
  const sapa = window.sapa, MOST = 1800, BEAT = 15, NEW_LOOK = 10, GRACE = 20000;
  const now = () => new Date().toISOString(), seen = () => document.visibilityState === "visible";
  const coarse = matchMedia("(pointer: coarse)").matches;
  let look, since = 0, ending = 0, path = "";

  const session = () => {
    const known = sapa.read("session"), fresh = !known || Date.now() - known.at > 1800000;
    const found = { id: fresh ? sapa.id() : known.id, at: Date.now(), ad: fresh ? "" : known.ad };
    sapa.keep("session", found);
    return found.id;
  };
  const campaign = () => {
    const asked = new URLSearchParams(location.search), found = {};
    for (const one of ["source", "medium", "campaign", "content", "term"])
      if (asked.get(`utm_${one}`)) found[one === "campaign" ? "name" : one] = asked.get(`utm_${one}`);
    for (const one of ["gclid", "fbclid", "ttclid"]) if (asked.get(one)) found[one] = asked.get(one);
    return found;
  };
  const hint = name => {
    const found = document.querySelector(`[data-sapa-${name}]`);
    return found ? found.getAttribute(`data-sapa-${name}`).slice(0, 120) : "";
  };
  /* Only the path: what follows may be what somebody typed. */
  const page = () => ({
    url: location.origin + location.pathname, path: location.pathname, title: document.title.slice(0, 120),
    referrer: document.referrer.split(/[?#]/)[0]
  });
  const event = (type, properties, more) => ({
    type, messageId: sapa.id(), seq: sapa.count("seq"), sessionId: session(), timestamp: now(),
    properties, ...more, context: { page: page(), ...(more || {}).context }
  });
  const view = () => {
    const kind = hint("page"), goods = {};
    for (const [name, attribute] of [["name", "product"], ["sku", "sku"], ["price", "price"], ["currency", "currency"]])
      if (hint(attribute)) goods[name] = hint(attribute);
    if (goods.name || goods.sku) return event("track", goods, { event: "Product Viewed" });
    return event("page", { name: { price: "harga", cancel: "batal" }[kind] || kind });
  };

  /* What waits lies in storage until the browser took it: a page that is killed loses 15 s at most.
     `live` is the last beat of a look that goes on, in this tab or another. */
  const waiting = () => sapa.read("looks") || [];
  const add = one => sapa.keep("looks", waiting().filter(other => other.messageId !== one.messageId).concat(one).slice(-50));
  const measure = live => {
    const told = look.properties;
    if (since) told.seconds = Math.min(MOST, (told.seconds || 0) + (performance.now() - since) / 1000);
    since = seen() ? performance.now() : 0;
    if ((told.seconds || 0) >= look.least) add({ ...look, live });
  };
  const send = () => {
    const goes = one => !(one.live > Date.now() - 40000), batch = waiting().filter(goes), visitor = sapa.read("v");
    if (!batch.length || !sapa.mayCount() || !visitor) return;
    const body = sapa.who({ visitor, sentAt: now(), batch }), taken = () => sapa.keep("looks", waiting().filter(one => !goes(one)));
    if (navigator.sendBeacon && navigator.sendBeacon(`${sapa.base}views`, JSON.stringify(body))) taken();
    else sapa.call("views", body, { keepalive: true }).then(taken, () => {});
  };
  const end = () => {
    clearTimeout(ending);
    ending = 0;
    if (look) measure();
    look = null;
    send();
  };
  const begin = again => {
    if (!sapa.mayCount()) return;
    look = { ...view(), least: again ? NEW_LOOK : 0 };
    path = location.pathname;
    since = seen() ? performance.now() : 0;
  };

  const change = () => {
    if (seen()) {
      if (ending) { clearTimeout(ending); ending = 0; since = performance.now(); } else if (!look) begin(true);
    } else if (look) {
      measure(Date.now());
      /* A phone may never wake this page; at a desk people come back. */
      if (coarse) end(); else ending = setTimeout(end, GRACE);
    }
  };
  const moved = () => { if (look && location.pathname !== path) { end(); begin(); } };

  sapa.track = (name, properties) => { add(event("track", properties || {}, { event: name })); sapa.visitor().then(send, () => {}); };
  sapa.stop = () => { look = null; since = 0; sapa.keep("looks"); clearTimeout(ending); };
  document.addEventListener("visibilitychange", change);
  addEventListener("pagehide", end);
  addEventListener("pageshow", shown => { if (shown.persisted) begin(true); });
  document.addEventListener("freeze", end);
  addEventListener("popstate", moved);
  setInterval(() => { moved(); if (look && since) measure(Date.now()); }, BEAT * 1000);

  begin();
  const from = campaign(), visit = sapa.read("session");
  if (Object.keys(from).length && visit && visit.ad !== location.search) {
    sapa.keep("session", { ...visit, ad: location.search });
    add(event("track", {}, { event: "Ad Clicked", context: { campaign: from } }));
  }
  sapa.visitor().then(send, () => {});
})();
