// What makes the pages more convenient. Every page works without it; it acts on attributes that the templates set.
"use strict";

/** Replaces an element that shows progress by its newer self, until it is no longer there. */
function poll(element) {
  const { id } = element;
  const again = async () => {
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const newer = page.getElementById(id);
      const current = document.getElementById(id);
      if (!current) return;
      if (!newer || !newer.hasAttribute("data-poll")) {
        // It has ended: what stands around it has changed too.
        const main = page.querySelector("main");
        if (main) { document.querySelector("main").replaceWith(main); document.title = page.title; begin(main); }
        return;
      }
      // What the reader is typing into, or has opened, is left alone.
      if (!current.contains(document.activeElement)) current.replaceWith(newer);
    } catch { /* The next attempt may succeed. */ }
    setTimeout(again, Number(element.dataset.poll) || 1500);
  };
  setTimeout(again, Number(element.dataset.poll) || 1500);
}

/** Says that a form is being worked on, and keeps it from being sent twice. */
function busy(form) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    let status = form.querySelector("[data-busy-status]");
    if (!status) {
      status = document.createElement("p");
      status.dataset.busyStatus = "";
      status.setAttribute("role", "status");
      status.className = "status wait";
      form.append(status);
    }
    status.textContent = form.dataset.busy;
    setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }));
  });
}

/** Offers names while one is typed. */
function names(input) {
  const list = document.createElement("datalist");
  list.id = `${input.id || input.name}-names`;
  input.after(list);
  input.setAttribute("list", list.id);
  input.autocomplete = "off";
  let waiting, asked = "";
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const typed = input.value.trim();
      if (!typed || typed === asked) return;
      asked = typed;
      const address = new URL(input.dataset.names, location.href);
      address.searchParams.set("q", typed);
      try {
        const found = await (await fetch(address)).json();
        if (asked !== typed) return;
        list.replaceChildren(...found.map(({ name, note }) => {
          const option = document.createElement("option");
          option.value = name;
          if (note) option.label = `${name}　${note}`;
          return option;
        }));
      } catch { /* It can be typed in full. */ }
    }, 150);
  });
}

/** Fills three lists, province, prefecture and county, and writes what is chosen into the field of the region. */
function regions(picker) {
  const field = document.getElementById(picker.dataset.regions);
  const lists = [...picker.querySelectorAll("select")];
  picker.hidden = false;
  const load = async (level, of) => {
    for (const list of lists.slice(level)) list.replaceChildren(list.options[0]), (list.disabled = true);
    if (level >= lists.length || (level > 0 && !of)) return;
    try {
      const found = await (await fetch(`/regions?of=${encodeURIComponent(of)}`)).json();
      for (const { code, name, note } of found) {
        const option = new Option(note ? `${name}（${note}）` : name, code);
        option.dataset.name = name;
        lists[level].add(option);
      }
      lists[level].disabled = found.length === 0;
    } catch { /* The field takes any name. */ }
  };
  lists.forEach((list, level) => list.addEventListener("change", () => {
    const chosen = lists.slice(0, level + 1).map((it) => it.selectedOptions[0]).filter((it) => it && it.value);
    field.value = chosen.map((it) => it.dataset.name).join("");
    load(level + 1, list.value);
  }));
  // Most readers type the place; the lists are filled when they are first seen.
  const folded = picker.closest("details");
  if (!folded || folded.open) load(0, "");
  else folded.addEventListener("toggle", () => load(0, ""), { once: true });
}

/** Gives what is inside `root` its behaviour. */
function begin(root) {
  const each = (selector, act) => {
    if (root.matches?.(selector)) act(root);
    root.querySelectorAll(selector).forEach(act);
  };
  each("[data-poll]", poll);
  each("form[data-busy]", busy);
  each("input[data-names]", names);
  each("[data-regions]", regions);
  each("form[data-live]", (form) => form.addEventListener("change", (event) => {
    if (event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
  }));
  each("[data-copy]", (button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = new URL(button.dataset.copy || location.href, location.href).href;
      try { await navigator.clipboard.writeText(text); button.textContent = "已复制"; } catch { prompt("请复制这个链接：", text); }
    });
  });
  each("[data-print]", (button) => { button.hidden = false; button.addEventListener("click", () => window.print()); });
  each("[data-confirm]", (button) => button.addEventListener("click", (event) => {
    if (!confirm(button.dataset.confirm)) event.preventDefault();
  }));
  each("details[data-remember]", (details) => {
    const key = `open:${details.dataset.remember}`;
    try {
      if (sessionStorage.getItem(key)) details.open = sessionStorage.getItem(key) === "1";
      details.addEventListener("toggle", () => sessionStorage.setItem(key, details.open ? "1" : "0"));
    } catch { /* A browser without storage forgets. */ }
  });
}

// A page that comes back from the history is ready again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("[data-busy-status]").forEach((status) => status.remove());
  document.querySelectorAll("form[data-busy] button").forEach((button) => { button.disabled = false; });
});

begin(document);
