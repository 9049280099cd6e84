// One photo of a share link, large: keys, swipes, the next one loaded ahead. Over the grid in a dialog, or as its own page.

const SWIPE_PX = 48;
const KEPT_PAGES = 8;
const CONTROLS = ["data-shared-close", "data-shared-previous", "data-shared-next", "data-shared-info", "data-shared-download"];
const isZoomed = () => (window.visualViewport?.scale ?? 1) > 1.01;

export function startSharedViewer(pageOf) {
  const dialog = document.querySelector("[data-shared-dialog]");
  const pages = new Map(); // by address, so that going on shows at once
  let isPushed = false;

  const shown = () => document.querySelector("[data-shared-viewer]");

  function fetched(url) {
    if (!pages.has(url)) {
      pages.set(url, pageOf(url));
      pages.get(url).catch(() => pages.delete(url));
      if (pages.size > KEPT_PAGES) pages.delete(pages.keys().next().value);
    }
    return pages.get(url);
  }

  async function viewerOf(url) {
    const page = await fetched(url);
    const viewer = page.querySelector("[data-shared-viewer]");
    if (!viewer) throw new Error("no photo");
    document.title = page.title;
    return document.importNode(viewer, true);
  }

  function loadAhead(viewer) {
    for (const link of viewer.querySelectorAll("[data-shared-next], [data-shared-previous]")) {
      fetched(link.href)
        .then((page) => {
          const image = page.querySelector("[data-shared-stage] img");
          if (!image) return;
          const ahead = new Image();
          ahead.sizes = image.sizes;
          ahead.srcset = image.srcset;
        })
        .catch(() => {});
    }
  }

  async function show(url, { isStep = false } = {}) {
    let viewer;
    try {
      viewer = await viewerOf(url);
    } catch {
      location.assign(url);
      return;
    }
    const old = shown();
    const focused = CONTROLS.find((name) => old?.querySelector(`[${name}]`) === document.activeElement);
    const isInfoOpen = old?.classList.contains("shared-tells");
    if (old) old.replaceWith(viewer);
    else dialog.replaceChildren(viewer);
    if (isInfoOpen) setInfo(viewer, true);
    if (dialog && !dialog.open && dialog.contains(viewer)) {
      dialog.showModal();
    }
    if (isStep || isPushed) history.replaceState({ shared: true }, "", url);
    else {
      history.pushState({ shared: true }, "", url);
      isPushed = true;
    }
    const control = viewer.querySelector(`[${focused ?? CONTROLS[0]}]`) ?? viewer.querySelector(`[${CONTROLS[0]}]`);
    control.focus({ preventScroll: true });
    loadAhead(viewer);
  }

  function hide() {
    const tile = document.getElementById(shown()?.dataset.tile ?? "");
    dialog.close();
    dialog.replaceChildren();
    isPushed = false;
    tile?.scrollIntoView({ block: "nearest" });
    tile?.querySelector("a").focus({ preventScroll: true });
  }

  function step(name) {
    const link = shown()?.querySelector(`[data-shared-${name}]`);
    if (link) show(link.href, { isStep: true });
  }

  function close() {
    if (!dialog?.open) return location.assign(shown().querySelector("[data-shared-close]").href);
    const isLoaded = document.getElementById(shown()?.dataset.tile ?? "");
    if (!isLoaded) return location.assign(shown().querySelector("[data-shared-close]").href);
    return history.back(); // popstate hides
  }

  function setInfo(viewer, isOpen) {
    viewer.classList.toggle("shared-tells", isOpen);
    viewer.querySelector("[data-shared-info]")?.setAttribute("aria-expanded", String(isOpen));
  }

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const opener = event.target.closest("[data-shared-open]");
    const steps = event.target.closest("[data-shared-next], [data-shared-previous]");
    if (opener && dialog?.showModal) {
      event.preventDefault();
      show(opener.href);
    } else if (steps) {
      event.preventDefault();
      show(steps.href, { isStep: true });
    } else if (event.target.closest("[data-shared-close]")) {
      event.preventDefault();
      close();
    } else if (event.target.closest("[data-shared-info]")) {
      const viewer = shown();
      setInfo(viewer, !viewer.classList.contains("shared-tells"));
    }
  });

  document.addEventListener("keydown", (event) => {
    if (!shown() || event.altKey || event.ctrlKey || event.metaKey || event.target.closest("video, input")) return;
    const isBackwards = document.documentElement.dir === "rtl";
    const steps = { ArrowRight: isBackwards ? "previous" : "next", ArrowLeft: isBackwards ? "next" : "previous", j: "next", k: "previous" };
    if (steps[event.key]) {
      event.preventDefault();
      step(steps[event.key]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "i") {
      shown().querySelector("[data-shared-info]")?.click();
    }
  });
  dialog?.addEventListener("cancel", (event) => {
    event.preventDefault(); // Escape has been heard above
  });

  let start = null;
  document.addEventListener("touchstart", (event) => {
    const isStage = event.touches.length === 1 && event.target.closest("[data-shared-stage]") && !event.target.closest("video");
    start = isStage && !isZoomed() ? event.touches[0] : null;
  }, { passive: true });
  document.addEventListener("touchend", (event) => {
    if (!start || isZoomed()) return;
    const [end] = event.changedTouches;
    const [x, y] = [end.clientX - start.clientX, end.clientY - start.clientY];
    start = null;
    const isBackwards = document.documentElement.dir === "rtl";
    if (Math.abs(x) > SWIPE_PX && Math.abs(x) > 1.5 * Math.abs(y)) step(x < 0 !== isBackwards ? "next" : "previous");
    else if (y > 2 * SWIPE_PX && y > 1.5 * Math.abs(x)) close();
  });

  addEventListener("popstate", () => {
    if (dialog?.open && !history.state?.shared) hide();
    else if (!dialog?.open && history.state?.shared) location.reload();
  });

  if (shown()) loadAhead(shown());
}
