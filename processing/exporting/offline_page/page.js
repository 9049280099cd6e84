"use strict";
(() => {
  const photos = JSON.parse(document.getElementById("photos").textContent);
  const at = (id) => document.getElementById(id);
  const viewer = at("viewer");
  const tiles = [...document.querySelectorAll("[data-photo]")];
  let shown = tiles.map((_, number) => number);
  let now = 0;
  let who = "";

  const line = (text) => {
    const element = document.createElement("p");
    element.textContent = text;
    return element;
  };

  function picture(photo) {
    const element = document.createElement(photo.video ? "video" : "img");
    if (photo.video) {
      element.controls = element.autoplay = element.playsInline = true;
      if (photo.small) element.poster = photo.small;
    } else {
      element.alt = photo.caption || photo.name;
      element.addEventListener("error", () => { if (photo.small) element.src = photo.small; }, { once: true });
    }
    element.src = photo.preview || photo.file;
    return element;
  }

  function draw() {
    const photo = photos[shown[now]];
    at("stage").replaceChildren(picture(photo));
    const facts = [photo.caption, (photo.people || []).join(", "), [photo.when, photo.place].filter(Boolean).join(" · "),
      (photo.tags || []).join(", "), photo.stars ? "★".repeat(photo.stars) : "", photo.credit ? `Brought by ${photo.credit}` : ""];
    const link = document.createElement("a");
    link.href = photo.file;
    link.textContent = photo.name;
    const last = document.createElement("p");
    last.append(link, ` · ${now + 1} of ${shown.length}`);
    at("facts").replaceChildren(...facts.filter(Boolean).map(line), last);
    at("previous").disabled = now === 0;
    at("next").disabled = now === shown.length - 1;
  }

  function go(step) {
    if (now + step < 0 || now + step >= shown.length) return;
    now += step;
    draw();
    history.replaceState(null, "", `#p${shown[now] + 1}`);
  }

  function open(number, isNew) {
    now = Math.max(0, shown.indexOf(number));
    draw();
    if (!viewer.open) viewer.showModal();
    if (isNew) history.pushState(null, "", `#p${number + 1}`);
  }

  function leave() {
    at("stage").replaceChildren();
    if (viewer.open) viewer.close();
    tiles[shown[now]]?.scrollIntoView({ block: "nearest" });
    tiles[shown[now]]?.focus({ preventScroll: true });
  }

  function filter(name) {
    who = who === name ? "" : name;
    shown = [];
    tiles.forEach((tile, number) => {
      tile.hidden = Boolean(who) && !(photos[number].people || []).includes(who);
      if (!tile.hidden) shown.push(number);
    });
    for (const day of document.querySelectorAll(".day")) day.hidden = !day.querySelector(".tile:not([hidden])");
    for (const chip of at("people").children) chip.setAttribute("aria-pressed", String(chip.dataset.name === who));
  }

  const counts = new Map();
  for (const photo of photos) for (const name of photo.people || []) counts.set(name, (counts.get(name) || 0) + 1);
  for (const [name, count] of [...counts].sort((a, b) => b[1] - a[1])) {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.dataset.name = name;
    chip.textContent = `${name} ${count}`;
    chip.setAttribute("aria-pressed", "false");
    chip.addEventListener("click", () => filter(name));
    at("people").append(chip);
  }
  at("people").hidden = counts.size === 0;

  at("grid").addEventListener("click", (event) => {
    const tile = event.target.closest("[data-photo]");
    if (!tile || event.ctrlKey || event.metaKey || event.shiftKey || !viewer.showModal) return;
    event.preventDefault();
    open(Number(tile.dataset.photo), true);
  });
  const back = () => { history.replaceState(null, "", "#"); leave(); };
  at("close").addEventListener("click", back);
  at("previous").addEventListener("click", () => go(-1));
  at("next").addEventListener("click", () => go(1));
  viewer.addEventListener("cancel", (event) => { event.preventDefault(); back(); });
  viewer.addEventListener("keydown", (event) => {
    if (event.target.tagName === "VIDEO") return;
    if (event.key === "ArrowLeft") go(-1);
    if (event.key === "ArrowRight") go(1);
  });
  let from = null;
  at("stage").addEventListener("pointerdown", (event) => { from = event.isPrimary ? event : null; });
  at("stage").addEventListener("pointerup", (event) => {
    if (!from || event.target.tagName === "VIDEO") return;
    const [x, y] = [event.clientX - from.clientX, event.clientY - from.clientY];
    from = null;
    if (Math.abs(x) > 40 && Math.abs(x) > 2 * Math.abs(y)) go(x < 0 ? 1 : -1);
  });
  addEventListener("dragstart", (event) => event.preventDefault());

  function follow() {
    const number = Number((/^#p(\d+)$/.exec(location.hash) || [])[1]) - 1;
    if (photos[number]) open(number, false);
    else leave();
  }
  addEventListener("popstate", follow);
  if (location.hash) follow();
})();
