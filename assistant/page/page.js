/* The page's own behaviour: opening a cited page over the conversation, and passing clicks on to Python.
   Nothing here fetches from anywhere but the server the page came from. */
(() => {
  "use strict";
  if (window.dualityPage) return;
  window.dualityPage = true;

  const send = (event, data) => window.dualityTrigger && window.dualityTrigger(event, data);
  const view = { paper: "", page: 1, pages: 0, spans: "", zoom: 1, asked: 0, words: false };
  let dialog = null;
  let shownUrl = null;

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const button = (act, text, title) => element("button", { type: "button", "data-act": act, title, "aria-label": title }, text);

  function built() {
    if (dialog) return dialog;
    dialog = element(
      "dialog",
      { id: "viewer", "aria-labelledby": "viewer-label" },
      element(
        "div",
        { class: "viewer-bar" },
        element("div", { class: "viewer-what" }, element("h2", { id: "viewer-label" }), element("span", { class: "viewer-title" })),
        element(
          "div",
          { class: "viewer-tools" },
          element("span", { class: "for-page" }, button("previous", "‹", "Previous page (←)"), element("span", { class: "viewer-where", role: "status" }), button("next", "›", "Next page (→)")),
          element("span", { class: "for-page" }, button("smaller", "−", "Smaller (-)"), element("span", { class: "viewer-zoom" }), button("larger", "+", "Larger (+)")),
          element("span", { class: "for-page" }, button("words", "T", "Text of the page (t)")),
          element("a", { class: "for-page viewer-pdf", target: "_blank", rel: "noopener" }, "Open PDF"),
          element("a", { class: "for-page viewer-pdf marked-pdf", download: "" }, "PDF with highlights"),
          button("close", "✕", "Close (Esc)"),
        ),
      ),
      element("p", { class: "viewer-claim" }),
      element("div", { class: "viewer-body", tabindex: "0" }),
    );
    document.body.append(dialog);
    dialog.addEventListener("click", (event) => {
      const act = event.target.closest("[data-act]");
      if (act) acts[act.dataset.act]();
      else if (event.target === dialog) dialog.close();
    });
    dialog.addEventListener("keydown", (event) => {
      const act = { ArrowLeft: "previous", ArrowRight: "next", "+": "larger", "=": "larger", "-": "smaller", t: "words" }[event.key];
      if (!act || dialog.classList.contains("card") || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      acts[act]();
    });
    return dialog;
  }

  const acts = {
    close: () => dialog.close(),
    previous: () => view.page > 1 && turnTo(view.page - 1),
    next: () => (!view.pages || view.page < view.pages) && turnTo(view.page + 1),
    words: () => { view.words = !view.words; turnTo(view.page); },
    larger: () => zoom(Math.min(3, view.zoom * 1.25)),
    smaller: () => zoom(Math.max(0.5, view.zoom / 1.25)),
  };
  const part = (name) => dialog.querySelector(name);

  function zoom(factor) {
    view.zoom = factor;
    dialog.style.setProperty("--zoom", factor);
    part(".viewer-zoom").textContent = `${Math.round(factor * 100)} %`;
  }

  async function turnTo(page) {
    view.page = page;
    const asked = (view.asked += 1);
    const address = new URLSearchParams({ paper: view.paper, page, spans: view.spans });
    const body = part(".viewer-body");
    body.classList.add("loading");
    let reply;
    try {
      reply = await fetch(`pages?${address}`);
    } catch {
      reply = null;
    }
    if (asked !== view.asked) return;
    body.classList.remove("loading");
    if (!reply || !reply.ok) {
      const why = reply ? await reply.text() : "Duality does not answer: is it still running in its terminal?";
      body.replaceChildren(element("p", { class: "viewer-trouble" }, why));
      return;
    }
    part(".viewer-title").textContent = decodeURIComponent(reply.headers.get("X-Title") || "");
    view.pages = Number(reply.headers.get("X-Pages")) || 0;
    const label = decodeURIComponent(reply.headers.get("X-Label") || String(page));
    part(".viewer-where").textContent = label === String(page) ? `p. ${page} of ${view.pages}` : `p. ${label} (page ${page} of the PDF)`;
    part("[data-act=previous]").disabled = page <= 1;
    part("[data-act=next]").disabled = page >= view.pages;
    part("[data-act=words]").setAttribute("aria-pressed", String(view.words));
    dialog.classList.toggle("words", view.words);
    if (view.words) return showCard(body, address, "words");
    if (shownUrl) URL.revokeObjectURL(shownUrl);
    shownUrl = URL.createObjectURL(await reply.blob());
    const image = element("img", { src: shownUrl, alt: `Page ${label} of ${part("#viewer-label").textContent}` });
    body.replaceChildren(image);
    await image.decode().catch(() => {});
    const marked = view.spans.split(",").some((span) => span.startsWith(`${page}:`));
    body.scrollTo({ top: marked ? Math.max(0, firstMark(image) * image.clientHeight - body.clientHeight / 3) : 0 });
  }

  /* How far down the first marked line stands, as a share of the page's height; the mark is yellow. */
  function firstMark(image) {
    const width = 160;
    const height = Math.round((width * image.naturalHeight) / image.naturalWidth);
    const canvas = element("canvas", { width, height });
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    for (let row = 0; row < height; row += 1) {
      let yellow = 0;
      for (let at = row * width * 4; at < (row + 1) * width * 4; at += 4) {
        const [red, green, blue] = [data[at], data[at + 1], data[at + 2]];
        if (red > 200 && green > 170 && red - blue > 50 && red - green < 0.3 * (red - blue)) yellow += 1; /* orange is no mark */
      }
      if (yellow >= 4) return row / height;
    }
    return 0;
  }

  /* What a cell of a comparison is about: "Octo · Approach". */
  function aboutOf(cell) {
    const head = cell?.closest("table").tHead.rows[0].cells[cell.cellIndex];
    const row = cell?.parentElement.cells[0];
    return cell ? `${head.firstChild.textContent} · ${row.firstChild.textContent}` : "";
  }

  function open(from) {
    built();
    const { open: source, paper, page, spans, quote } = from.dataset;
    /* a marker is named "Source 3: Octo, PDF p. 5" */
    part("#viewer-label").textContent = from.dataset.label ?? from.ariaLabel.replace(/^Source \d+: |, [^,]*$/g, "");
    part(".viewer-title").textContent = "";
    const claim = from.closest(".claim")?.cloneNode(true);
    claim?.querySelectorAll(".marks, .flag").forEach((mark) => mark.remove());
    part(".viewer-claim").textContent = claim ? claim.textContent.trim() : aboutOf(from.closest("td.cell"));
    dialog.classList.toggle("card", source !== "pdf");
    const body = part(".viewer-body");
    body.replaceChildren();
    if (!dialog.open) dialog.showModal();
    if (source === "pdf") {
      Object.assign(view, { paper, spans: spans || "", pages: 0 });
      part(".viewer-pdf").href = `pdf?${new URLSearchParams({ paper })}#page=${page}`;
      const marked = highlights(paper, from);
      part(".marked-pdf").hidden = !marked;
      if (marked) part(".marked-pdf").href = `pdf?${marked}`;
      zoom(1);
      turnTo(Number(page));
    } else {
      showCard(body, new URLSearchParams({ paper, source, quote: quote || "" }));
    }
    body.focus({ preventScroll: true });
  }

  /* What the answers that are shown cite of the paper, by question; "" where nothing is. Addresses have their bounds, so
     what is opened comes first, and what no longer fits is left out. */
  function highlights(paper, from) {
    const asked = new Map();
    const put = (opener) => {
      const turn = opener.closest(".turn, #comparison, #summary, #check");
      const question = turn?.querySelector(".asked")?.textContent ?? document.title;
      if (opener.dataset.spans) asked.set(question, (asked.get(question) ?? new Set()).add(opener.dataset.spans));
    };
    put(from);
    const cited = `.claim [data-open="pdf"][data-paper="${CSS.escape(paper)}"], td.cell [data-open="pdf"][data-paper="${CSS.escape(paper)}"]`;
    for (const opener of document.querySelectorAll(cited)) put(opener);
    const address = new URLSearchParams({ paper });
    for (const [question, spans] of asked) {
      const longer = new URLSearchParams(address);
      longer.append("question", question.slice(0, 500));
      longer.append("spans", [...spans].join(","));
      if (longer.toString().length > 12000) continue;
      for (const name of ["question", "spans"]) address.append(name, longer.getAll(name).at(-1));
    }
    return address.has("spans") ? address : "";
  }

  /* The server's own markup, escaped there. */
  async function showCard(body, address, from = "card") {
    const asked = (view.asked += 1);
    const reply = await fetch(`${from}?${address}`).catch(() => null);
    const text = reply ? await reply.text() : "Duality does not answer: is it still running in its terminal?";
    if (asked !== view.asked) return;
    if (reply?.ok) body.innerHTML = text;
    else body.replaceChildren(element("p", { class: "viewer-trouble" }, text));
    body.querySelector("mark")?.scrollIntoView({ block: "center" });
  }

  /* Where a figure's picture is not to be had, its caption stands alone. */
  document.addEventListener("error", (event) => { if (event.target.matches?.("img.figure")) event.target.remove(); }, true);

  function point(n, on) {
    const card = document.querySelector(`#evidence #source-${n}`);
    if (card) card.classList.toggle("pointed", on);
    return card;
  }

  document.addEventListener("click", (event) => {
    const chosen = (selector) => event.target.closest(selector);
    const opener = chosen("[data-open]");
    if (opener) {
      if (opener.classList.contains("mark") && opener.closest("#talk")) showEvidence(opener.closest(".turn").dataset.turn);
      return open(opener);
    }
    const asked = chosen("[data-ask]");
    if (asked) return send("ask", { text: asked.dataset.ask });
    const category = chosen("[data-category]");
    if (category) {
      send("category", { slug: category.dataset.category });
      if (!category.closest("#view-ask")) location.hash = "#ask";
      return;
    }
    const notice = chosen("[data-dismiss]")?.closest(".notice");
    if (notice) {
      putAway.add(notice.textContent);
      return notice.remove();
    }
    const more = chosen("[data-more]");
    if (more) {
      if (!more.nextElementSibling) return unfold(more);
      more.nextElementSibling.hidden = false;
      return more.remove();
    }
    const evidence = chosen("[data-evidence]");
    if (evidence) {
      showEvidence(evidence.dataset.evidence);
      return document.querySelector("#evidence")?.scrollIntoView({ block: "start", behavior: "smooth" });
    }
    const all = chosen("[data-evidence-all]");
    if (all) return send("evidence", { turn: Number(all.dataset.evidenceAll), whole: true });
    for (const menu of document.querySelectorAll("details.export[open]")) if (!menu.contains(event.target)) menu.open = false;
    const copy = chosen("[data-copy], [data-copy-link], [data-copy-from]");
    if (copy) {
      const said = copy.textContent;
      const tell = (what) => {
        copy.textContent = what;
        setTimeout(() => { copy.textContent = said; }, 1500);
      };
      textOf(copy.dataset).then((text) => navigator.clipboard.writeText(text)).then(() => tell("Copied"), () => tell("Not copied"));
    }
  });

  /* A menu closes with Escape, and the key's focus goes back to what opened it. */
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details.export[open]");
    if (!menu) return;
    menu.open = false;
    menu.firstElementChild.focus();
  });

  async function textOf({ copy, copyLink, copyFrom }) {
    if (!copyFrom) return copy ?? new URL(copyLink, location.href).href;
    const reply = await fetch(copyFrom);
    if (!reply.ok) throw new Error(await reply.text());
    return (await reply.text()).trim();
  }

  /* A notice that was put away stays away when the head is drawn anew. */
  const putAway = new Set();
  function keepAway() {
    for (const notice of document.querySelectorAll("#head .notice")) if (putAway.has(notice.textContent)) notice.remove();
  }

  /* The head is drawn anew while papers come: what was open in it stays open. Escape or a click elsewhere closes it. */
  const kept = new Map();
  document.addEventListener("toggle", (event) => {
    if (event.target.open && event.target.matches?.("[data-unfold]")) unfold(event.target);
    const name = event.target.dataset?.keep;
    if (name && event.target.isConnected) kept.set(name, { open: event.target.open, top: event.target.open ? kept.get(name)?.top ?? 0 : 0 });
  }, true);
  document.addEventListener("scroll", (event) => {
    const box = event.target.closest?.("[data-keep]");
    if (box && kept.has(box.dataset.keep)) kept.get(box.dataset.keep).top = event.target.scrollTop;
  }, true);
  function keepOpen() {
    for (const box of document.querySelectorAll("[data-keep]")) {
      const before = kept.get(box.dataset.keep);
      if (!before?.open || box.open) continue;
      const { top } = before;
      box.open = true;
      box.querySelector("[tabindex]").scrollTop = top;
      kept.set(box.dataset.keep, { open: true, top });
    }
  }
  function closeKept(except) {
    for (const box of document.querySelectorAll("[data-keep][open]")) {
      if (box.contains(except)) continue;
      kept.set(box.dataset.keep, { open: false, top: 0 });
      box.open = false;
    }
  }
  document.addEventListener("pointerdown", (event) => closeKept(event.target));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeKept(null); });

  function showEvidence(turn) {
    const shown = document.querySelector("#evidence .sources");
    if (!shown || shown.dataset.of !== String(turn)) send("evidence", { turn: Number(turn), whole: false });
  }

  for (const [type, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(type, (event) => {
      const mark = event.target.closest?.("#talk .mark");
      const shown = document.querySelector("#evidence .sources");
      if (!mark || !shown || shown.dataset.of !== mark.closest(".turn")?.dataset.turn) return;
      const card = point(mark.dataset.n, on);
      if (on && card && matchMedia("(min-width: 900px)").matches) card.scrollIntoView({ block: "nearest", behavior: "smooth" });
    });
  }

  /* --- for who does not see the page, or has no mouse --- */
  const heard = element("div", { id: "heard", class: "unseen", role: "status" });
  let busy = false;
  /* Says once when an answer is being made, and once when it has come; what is written meanwhile is not read out. */
  function announce(turn) {
    const writing = Boolean(turn?.querySelector(".waiting, .writing"));
    if (writing === busy) return;
    busy = writing;
    const trouble = turn?.querySelector(".trouble");
    const refused = turn?.querySelector(".verdict");
    const sentences = turn?.querySelectorAll(".claim").length;
    if (writing) heard.textContent = "Searching the papers.";
    else if (trouble) heard.textContent = `No answer: ${trouble.textContent}`;
    else if (refused) heard.textContent = `The answer has come: ${refused.textContent}.`;
    else if (turn) heard.textContent = `The answer has come${sentences ? `: ${sentences} ${sentences === 1 ? "sentence" : "sentences"}` : ""}.`;
  }
  /* What gradio's components cannot be told when they are laid out. */
  const SAID = {
    "#scroll": { role: "log", "aria-live": "off", "aria-label": "Conversation", tabindex: "0" },
    "#side": { role: "complementary", "aria-label": "Evidence", tabindex: "0" },
    "#composer": { role: "search", "aria-label": "Your question" },
    "#view-ask": { role: "tabpanel", "aria-labelledby": "tab-ask" },
    "#view-compare": { role: "tabpanel", "aria-labelledby": "tab-compare" },
    "#view-summarise": { role: "tabpanel", "aria-labelledby": "tab-summarise" },
    "#view-check": { role: "tabpanel", "aria-labelledby": "tab-check" },
    "#view-overview": { role: "tabpanel", "aria-labelledby": "tab-overview" },
    "#view-papers": { role: "tabpanel", "aria-labelledby": "tab-papers" },
  };
  function described() {
    if (!heard.isConnected) document.body.append(heard);
    for (const [which, values] of Object.entries(SAID)) {
      const part = document.querySelector(which);
      if (part && part.getAttribute("role") !== values.role) for (const [key, value] of Object.entries(values)) part.setAttribute(key, value);
    }
    const drop = document.querySelector("#files button[aria-label]");
    const words = drop?.textContent.replace(/\s+/g, " ").trim();
    if (words && drop.ariaLabel !== words) drop.ariaLabel = words;
  }
  function skip() {
    const view = `#view-${document.documentElement.dataset.tab}`;
    document.querySelector(`${view} :is(#question, #find, .form-box) :is(textarea, input), ${view} #find`)?.focus();
  }
  const KEYS = [
    ["/", "To the question, or to the finder on the papers' tab"],
    ["Enter", "Asks; Shift and Enter begins a new line"],
    ["Tab", "On to the next marker, source or button; Enter opens it"],
    ["← →", "On an open page: the page before, the page after. On the tabs: the tab beside"],
    ["+ −", "On an open page: larger, smaller"],
    ["T", "On an open page: its text, or its picture"],
    ["Esc", "Closes what is open"],
    ["?", "Shows these keys"],
  ];
  function showKeys() {
    let keys = document.querySelector("#keys");
    if (!keys) {
      const lines = KEYS.flatMap(([key, does]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, does)]);
      const close = element("button", { type: "button", autofocus: "" }, "Close");
      keys = element("dialog", { id: "keys", "aria-labelledby": "keys-label" }, element("h2", { id: "keys-label" }, "Keys"), element("dl", {}, ...lines), close);
      keys.addEventListener("click", (event) => { if (event.target === close || event.target === keys) keys.close(); });
      document.body.append(keys);
    }
    keys.showModal();
  }
  document.addEventListener("click", (event) => { if (event.target.closest("[data-skip]")) skip(); });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    event.preventDefault();
    showKeys();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    const papers = document.documentElement.dataset.tab === "papers";
    const box = document.querySelector(papers ? "#find" : "#question textarea, #question input");
    if (box) {
      event.preventDefault();
      box.focus();
    }
  });

  /* A new question comes to the top; what is being written is followed only by who stays at the end. */
  let last = "";
  let follow = true;
  const scroller = () => document.querySelector("#scroll");
  document.addEventListener("scroll", (event) => {
    const box = scroller();
    if (event.target === box) follow = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  }, true);
  let settled = null;
  function showFirstCited() {
    const side = document.querySelector("#side");
    const list = document.querySelector("#evidence .sources.settled");
    if (!side || !list || list === settled) return;
    settled = list;
    const card = list.querySelector(".cited");
    if (card && side.scrollTop < 4 && side.scrollHeight > side.clientHeight) {
      const below = card.getBoundingClientRect().top - side.getBoundingClientRect().top - 56;
      if (below > side.clientHeight / 3) side.scrollTo({ top: below, behavior: "smooth" });
    }
  }

  /* The conversation so far stays in the browser: of an answer the server sends the turn that changes, nothing else.
     A turn that is over moves up when the next begins; of what was said before the page was loaded there are only
     places, which ask for their turn when they are scrolled to. */
  let over = null;
  let soon = 0;
  const wanted = new Set();
  const watched = new WeakSet();
  const inSight = new IntersectionObserver((places) => {
    for (const { isIntersecting, target } of places) isIntersecting ? wanted.add(target) : wanted.delete(target);
    clearTimeout(soon);
    if (wanted.size) soon = setTimeout(askForOlder, 150); /* what is only passed over is not asked for */
  }, { rootMargin: "300px" });
  function askForOlder() {
    const asked = [...wanted].filter((place) => place.isConnected && !place.firstChild).slice(-10);
    if (asked.length) send("older", { turns: asked.map((place) => Number(place.dataset.place.split("-")[1])) });
  }
  /* What is folded in a turn is sent once any of it is opened: the whole turn comes, and the same is opened in it. */
  const FOLDED = ".more[data-more], .sources-of";
  let unfolding = null;
  function unfold(part) {
    const article = part.closest(".turn");
    if (!article) return;
    unfolding = { article, at: [...article.querySelectorAll(FOLDED)].indexOf(part) };
    unfolded();
    if (unfolding) send("unfold", { turn: Number(article.dataset.turn) });
  }
  function unfolded() {
    if (!unfolding) return;
    const { article, at } = unfolding;
    const come = document.querySelector(`#fetched [data-for="${article.dataset.talk}-${article.dataset.turn}"] > .turn[data-whole]`);
    if (!come) return;
    unfolding = null;
    article.replaceChildren(...come.cloneNode(true).childNodes);
    const part = article.querySelectorAll(FOLDED)[at];
    if (part?.matches("details")) part.open = true;
    else part?.click();
  }
  function keepTurns(turn) {
    unfolded();
    const turns = document.querySelector("#past .turns");
    if (!turns) return;
    const nextOf = (one, next) => next && one.dataset.talk === next.dataset.talk && Number(one.dataset.turn) + 1 === Number(next.dataset.turn);
    if (over && nextOf(over, turn)) {
      const name = `${over.dataset.talk}-${over.dataset.turn}`;
      const whole = !over.querySelector(".writing, .waiting");
      const place = element("div", { class: "place", "data-place": name });
      if (!turns.querySelector(`[data-place="${name}"]`)) turns.append(place);
      if (whole && place.isConnected) place.append(over);
    }
    over = turn && turn.cloneNode(true);
    for (const place of turns.querySelectorAll(".place:empty")) {
      const come = document.querySelector(`#fetched [data-for="${place.dataset.place}"] > .turn`);
      if (come) place.append(come.cloneNode(true));
      else if (!watched.has(place)) {
        watched.add(place);
        inSight.observe(place);
      }
    }
  }
  new MutationObserver((changes) => {
    keepOpen();
    keepAway();
    showFirstCited();
    if (changes.some(({ target }) => target.parentElement?.closest("#now, #past, #fetched") ?? target.closest?.("#now, #past, #fetched"))) keepTurns(document.querySelector("#now .turn"));
    const box = scroller();
    const turn = document.querySelector("#now .turn");
    if (!box) return;
    described();
    announce(turn);
    const number = turn ? turn.dataset.turn : "";
    if (number !== last) {
      turn?.scrollIntoView({ block: "start", behavior: last ? "auto" : "instant" });
      last = number;
      follow = true;
    } else if (follow && turn?.querySelector(".writing")) box.scrollTop = box.scrollHeight;
  }).observe(document.body, { childList: true, subtree: true });
})();
