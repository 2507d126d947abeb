/* The tabs: which one is shown stands behind the address's #, with what it was asked for, so that a link or a
   reload brings it back. Also the finding of papers, the filing of one's own, and the notes that markers show. */
(() => {
  "use strict";
  if (window.dualityTabs) return;
  window.dualityTabs = true;

  const TABS = ["ask", "compare", "summarise", "check", "papers", "overview"];
  const NAMES = { ask: "Duality", compare: "Compare · Duality", summarise: "Summarise · Duality", check: "Check · Duality", papers: "Papers · Duality", overview: "Overview · Duality" };
  const waiting = [];
  let ready = false;
  const send = (event, data) => (ready ? window.dualityTrigger(event, data) : waiting.push([event, data]));
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  /* --- which tab --- */
  const shownQuery = {};
  function place() {
    const [tab, query = ""] = location.hash.slice(1).split("?");
    return { tab: TABS.includes(tab) ? tab : "ask", query };
  }
  function mark(tab) {
    document.documentElement.dataset.tab = tab;
    document.title = NAMES[tab];
    for (const one of all(".tab-bar [role=tab]")) {
      const chosen = one.id === `tab-${tab}`;
      one.setAttribute("aria-selected", String(chosen));
      one.tabIndex = chosen ? 0 : -1;
      /* Back on a tab, what it showed last is there again. */
      const name = one.id.slice(4);
      one.setAttribute("href", shownQuery[name] ? `#${name}?${shownQuery[name]}` : `#${name}`);
    }
  }
  function arrive() {
    const { tab, query } = place();
    mark(tab);
    if (tab === "overview" && !query && !shownQuery.overview) send("overview", { query });
    if (!query || shownQuery[tab] === query) return;
    shownQuery[tab] = query;
    mark(tab);
    if (tab === "compare" || tab === "summarise") send(tab, { query, begin: wanted(location.hash) });
    if (tab === "overview") send("overview", { query });
    if (tab === "papers") {
      const paper = new URLSearchParams(query).get("paper");
      if (paper) showPaper(paper);
    }
    document.querySelector(`#view-${tab}`)?.scrollTo({ top: 0 });
    if (tab === "compare" && !query.includes("b=")) setTimeout(() => document.querySelector("#side-b input")?.focus(), 400);
  }
  function showPaper(paper) {
    for (const one of all("#listed [data-paper]")) one.setAttribute("aria-current", String(one.dataset.paper === paper));
    send("paper", { paper });
    document.querySelector("#beside")?.scrollTo({ top: 0 });
    if (!matchMedia("(min-width: 900px)").matches) document.querySelector("#detail")?.scrollIntoView({ block: "start" });
  }
  addEventListener("hashchange", arrive);

  /* A link from elsewhere fills the form and waits for its button; one that was clicked here, or that was made in this
     browser tab before (a reload, the way back), goes on at once. */
  let followed = "";
  const MADE = "duality-made";
  const madeHere = () => {
    try {
      return JSON.parse(sessionStorage.getItem(MADE) ?? "[]");
    } catch {
      return [];
    }
  };
  function wanted(hash) {
    const yes = followed === hash || madeHere().includes(hash);
    followed = "";
    if (yes) remember(hash);
    return yes;
  }
  function remember(hash) {
    try {
      sessionStorage.setItem(MADE, JSON.stringify([...new Set([...madeHere(), hash])].slice(-50)));
    } catch {
      /* without storage a reload waits for the button */
    }
  }
  document.addEventListener("click", (event) => {
    const link = event.isTrusted && event.target.closest?.('a[href^="#"]');
    if (link) followed = link.getAttribute("href");
    if (event.isTrusted && event.target.closest?.("#compare-go, #summarise-go")) remember(location.hash);
  }, true);
  /* A link to what is shown already still goes there. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (!link || link.closest("[role=tablist]")) return;
    const [tab, query = ""] = link.getAttribute("href").slice(1).split("?");
    if (TABS.includes(tab) && query && link.getAttribute("href") === location.hash) {
      delete shownQuery[tab];
      arrive();
    }
  });

  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.("[role=tab]");
    if (!tab) return;
    const at = TABS.indexOf(tab.id.slice(4));
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: TABS.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = document.querySelector(`#tab-${TABS[(to + TABS.length) % TABS.length]}`);
    location.hash = next.getAttribute("href");
    next.focus();
  });

  /* --- the conversation of this browser tab comes back after a reload; its name stays on this machine --- */
  function tabName() {
    try {
      let name = sessionStorage.getItem("duality-tab");
      if (!name) sessionStorage.setItem("duality-tab", (name = `${Date.now()}-${Math.random().toString(36).slice(2)}`));
      return name;
    } catch {
      return `${Date.now()}`;
    }
  }
  function begin() {
    if (ready) return;
    ready = true;
    document.documentElement.dataset.ready = "yes";
    window.dualityTrigger("arrived", { tab: tabName() });
    if (!matchMedia("(min-width: 900px)").matches) scrollTo(0, 0); /* the question box takes the focus from below */
    for (const [event, data] of waiting.splice(0)) window.dualityTrigger(event, data);
  }
  /* The bridge may be there before this script, which is a file of its own. */
  addEventListener("duality-ready", begin);
  if (window.dualityTrigger) begin();

  /* --- clicks --- */
  document.addEventListener("click", (event) => {
    const chosen = (selector) => event.target.closest(selector);
    const paper = chosen("#listed [data-paper]");
    if (paper) {
      const query = new URLSearchParams({ paper: paper.dataset.paper }).toString();
      if (shownQuery.papers === query) delete shownQuery.papers;
      if (location.hash === `#papers?${query}`) return arrive();
      location.hash = `#papers?${query}`;
      return;
    }
    const within = chosen("[data-within]");
    if (within) {
      send("within", { paper: within.dataset.within });
      location.hash = "#ask";
      setTimeout(() => document.querySelector("#question textarea, #question input")?.focus(), 300);
      return;
    }
    const cell = chosen("#view-overview [data-cell]");
    if (cell) return openCell(cell);
    const these = chosen("[data-these]");
    if (these) {
      send("these", { papers: these.dataset.these.split(" ") });
      location.hash = "#ask";
      setTimeout(() => document.querySelector("#question textarea, #question input")?.focus(), 300);
      return;
    }
    const two = chosen("[data-compare-chosen]");
    if (two) {
      const papers = all("#behind input:checked").map((one) => `paper:${one.value}`).slice(0, 4);
      if (papers.length < 2) return document.querySelector("#behind input:not(:checked)")?.focus();
      followed = `#compare?${new URLSearchParams(papers.map((paper, at) => ["abcd"[at], paper]))}`;
      location.hash = followed;
      return;
    }
    const halt = chosen("[data-halt]");
    if (halt) return send("halt", { what: halt.dataset.halt });
    const remove = chosen("[data-remove]");
    if (remove) return send("remove", { paper: remove.dataset.remove });
    const back = chosen("[data-bring-back]");
    if (back) {
      back.disabled = true;
      return send("back", { paper: back.dataset.bringBack });
    }
    const away = chosen("[data-unfile]");
    if (away) return file(away, (slugs) => slugs.filter((slug) => slug !== away.dataset.unfile));
    const add = chosen("[data-add-category]");
    if (add) return file(add, (slugs) => [...slugs, add.dataset.addCategory]);
    const confirm = chosen("[data-confirm]");
    if (confirm) file(confirm, (slugs) => slugs);
  });
  function file(from, changed) {
    const box = from.closest(".editing");
    const slugs = changed(box.dataset.slugs.split(" ").filter(Boolean));
    send("file", { paper: box.dataset.of, slugs });
    const query = new URLSearchParams({ paper: box.dataset.of }).toString();
    shownQuery.papers = query;
    history.replaceState(null, "", `#papers?${query}`);
  }
  /* --- the overview: its choices stand in the address; arrows go from cell to cell of a picture --- */
  function openCell(cell) {
    for (const one of all("#view-overview [data-cell]")) one.setAttribute("aria-pressed", String(one.dataset.cell === cell.dataset.cell));
    send("cell", { query: document.querySelector("#overview [data-here]").dataset.here.split("?")[1], cell: cell.dataset.cell });
  }
  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.("#overview svg [data-cell]");
    if (!cell) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return openCell(cell);
    }
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step) return;
    event.preventDefault();
    const bars = document.querySelector("#overview [data-here]").dataset.here.includes("shape=years"); /* there the first row is the lowest */
    const [down, right] = bars ? [-step[0], step[1]] : step;
    const at = (one) => one.dataset.cell.split(",").map(Number);
    const [row, column] = at(cell);
    const far = (one) => (down ? (at(one)[0] - row) * down * 100 + Math.abs(at(one)[1] - column) : (at(one)[1] - column) * right * 100 + Math.abs(at(one)[0] - row));
    const ahead = all("#overview svg [data-cell]").filter((one) => (down ? (at(one)[0] - row) * down : (at(one)[1] - column) * right) > 0);
    const next = ahead.sort((a, b) => far(a) - far(b))[0];
    if (!next) return;
    cell.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("#overview form");
    if (form) location.hash = `#overview?${new URLSearchParams(new FormData(form))}`;
    const choice = event.target.closest?.("[data-file]");
    if (choice?.value) file(choice, (slugs) => [...slugs, choice.value]);
    if (event.target.id === "find-category" || event.target.id === "find-kind") find();
  });

  /* --- finding a paper --- */
  document.addEventListener("input", (event) => { if (event.target.id === "find") find(); });
  function find() {
    const box = document.querySelector("#find");
    const list = document.querySelector("#listed .papers");
    if (!box || !list) return;
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const category = document.querySelector("#find-category").value;
    const kind = document.querySelector("#find-kind").value;
    let shown = 0;
    for (const line of list.children) {
      const fits =
        words.every((word) => line.dataset.find.includes(word)) &&
        (!category || line.dataset.in.split(" ").includes(category)) &&
        (!kind || line.dataset.kind === kind || line.dataset.held === kind);
      line.hidden = !fits;
      shown += fits;
    }
    const said = document.querySelector(".finder .found");
    const text = shown ? `${shown} paper${shown === 1 ? "" : "s"}` : "No paper fits; take a word away";
    if (said && said.textContent !== text) said.textContent = text;
    list.dataset.filtered = "yes";
  }

  /* --- what a marker rests on, on hover and on focus --- */
  const tip = document.createElement("div");
  tip.id = "tip";
  tip.setAttribute("role", "tooltip");
  let tipped = null;
  /* What a marker or source is, with how it carries its sentence; its words where they do not stand beside it. */
  function noteOf(of) {
    const { quote } = of.dataset;
    const { says } = of.closest(".claim")?.dataset ?? {};
    const beside = of.closest("td, .claim")?.textContent ?? "";
    const words = quote && !beside.includes(quote) ? `: “${quote.slice(0, 220)}${quote.length > 220 ? "…" : ""}”` : "";
    return `${of.dataset.tip ?? of.ariaLabel}${words}${says && !of.dataset.tip ? `. ${says}` : ""}`;
  }
  function showTip(of) {
    tipped = of;
    if (!of) return tip.classList.remove("shown");
    if (!tip.isConnected) document.body.append(tip);
    tip.textContent = noteOf(of);
    const at = of.getBoundingClientRect();
    tip.style.left = "0px";
    const width = tip.offsetWidth;
    tip.style.left = `${Math.max(8, Math.min(at.left + at.width / 2 - width / 2, innerWidth - width - 8))}px`;
    const above = at.top - tip.offsetHeight - 7;
    tip.style.top = `${above > 4 ? above : at.bottom + 7}px`;
    tip.classList.add("shown");
  }
  for (const type of ["mouseover", "focusin"]) {
    document.addEventListener(type, (event) => {
      const of = event.target.closest?.("[data-tip], .mark[data-open][aria-label]");
      if (of !== tipped && !(type === "focusin" && of && !of.matches(":focus-visible"))) showTip(of ?? null);
    });
  }
  document.addEventListener("focusout", () => showTip(null));
  document.addEventListener("scroll", () => tipped && showTip(null), true);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") showTip(null); });
  document.addEventListener("click", () => showTip(null));

  /* What was made is named in the address, so that it can be sent on and comes back after a reload. */
  const seen = new WeakSet();
  new MutationObserver(() => {
    if (tipped && !tipped.isConnected) showTip(null);
    for (const made of all("[data-here^='#']")) {
      if (seen.has(made)) continue;
      seen.add(made);
      const [tab, query] = made.dataset.here.slice(1).split("?");
      shownQuery[tab] = query;
      remember(made.dataset.here);
      if (place().tab === tab && location.hash !== made.dataset.here) history.replaceState(null, "", made.dataset.here);
    }
    const list = document.querySelector("#listed .papers");
    if (list && !list.dataset.filtered) find();
    const bar = document.querySelector(".tab-bar");
    if (bar && !bar.dataset.marked) {
      bar.dataset.marked = "yes";
      mark(place().tab);
    }
    const detail = document.querySelector("#detail .detail");
    if (detail) {
      for (const one of all("#listed [data-paper]")) {
        const current = String(one.dataset.paper === detail.dataset.of);
        if (one.getAttribute("aria-current") !== current) one.setAttribute("aria-current", current);
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
  mark(place().tab);
  arrive();
})();
