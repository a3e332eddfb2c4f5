// Filters of the index. Without this script the page shows everything, and each language has a page of its own.
"use strict";
const form = document.querySelector("[data-filters]");
if (form) {
  const told = document.querySelector("[data-count]");
  const rows = [...document.querySelectorAll(".rows > li")];
  const fields = [...form.querySelectorAll("select")];
  const read = () => {
    const given = new URLSearchParams(location.hash.slice(1));
    for (const field of fields) {
      const value = given.get(field.dataset.by) ?? "";
      field.value = [...field.options].some((option) => option.value === value) ? value : "";
    }
  };
  const show = () => {
    let count = 0;
    for (const row of rows) {
      row.hidden = fields.some((field) => field.value && row.dataset[field.dataset.by] !== field.value);
      if (!row.hidden) count += 1;
    }
    for (const shelf of document.querySelectorAll(".shelf")) shelf.hidden = !shelf.querySelector("li:not([hidden])");
    told.textContent = count ? told.dataset.count.replace("{count}", count) : told.dataset.none;
    told.hidden = false;
  };
  form.addEventListener("change", () => {
    const chosen = fields.filter((field) => field.value).map((field) => [field.dataset.by, field.value]);
    history.replaceState(null, "", `#${new URLSearchParams(chosen)}`);
    show();
  });
  form.hidden = false;
  addEventListener("hashchange", () => {
    read();
    show();
  });
  read();
  show();
}
