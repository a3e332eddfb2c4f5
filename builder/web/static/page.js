// What a script adds to pages that work without one. It keeps two settings in this browser, neither about a family.
"use strict";

// Staff language and paper, as they were used last.
for (const field of document.querySelectorAll("[data-remember]")) {
  const key = "handouts." + field.dataset.remember;
  try {
    const last = localStorage.getItem(key);
    if (last !== null && [...field.options].some((option) => option.value === last)) field.value = last;
    field.addEventListener("change", () => localStorage.setItem(key, field.value));
  } catch {
    break; // a browser may forbid it; then nothing is remembered
  }
}

// Filters take effect at once.
for (const form of document.querySelectorAll("form[data-submit]")) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select")) form.requestSubmit();
  });
}

// What is wrong is read first.
document.querySelector(".troubles[tabindex]")?.focus();

// Totals of a group while its table is filled in.
for (const form of document.querySelectorAll("form[data-totals]")) {
  const told = form.querySelector(".totals");
  const count = () => {
    let families = 0;
    let sets = 0;
    for (const row of form.querySelectorAll("tbody tr")) {
      const own = Number(row.querySelector("[data-count=families]").value) || 0;
      families += own;
      sets += own * (Number(row.querySelector("[data-count=copies]").value) || 1);
    }
    told.textContent = told.dataset.text.replace("{families}", families).replace("{sets}", sets);
    told.hidden = families === 0;
  };
  form.addEventListener("input", count);
  count();
}

// How far work is: told by the server, or asked for where it does not tell.
for (const box of document.querySelectorAll("[data-events]")) {
  const says = box.querySelector("[role=status]");
  const bar = box.querySelector("progress");
  const show = (now) => {
    if (["done", "failed", "cancelled"].includes(now.state)) {
      location.replace(location.href);
      return true;
    }
    let text = says.dataset.joining;
    if (now.state === "waiting") text = says.dataset.waiting.replace("{ahead}", now.ahead);
    else if (now.total > 1 && now.done < now.total)
      text = says.dataset.making.replace("{done}", now.done).replace("{total}", now.total);
    if (says.textContent !== text) says.textContent = text;
    if (now.total > 1) {
      bar.max = now.total;
      bar.value = now.done;
    } else bar.removeAttribute("value");
    return false;
  };
  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.state, { cache: "no-store" });
      if (!answer.ok || show(await answer.json())) {
        if (!answer.ok) location.reload();
        return;
      }
    } catch {
      // the server may be away for a moment
    }
    setTimeout(ask, 1000);
  };
  const source = new EventSource(box.dataset.events);
  source.onmessage = (event) => {
    if (show(JSON.parse(event.data))) source.close();
  };
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) ask();
  };
}
