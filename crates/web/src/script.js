// Only enhances: every page works without it.
"use strict";
const whole = (text) => {
  const digits = text.normalize("NFKC").replace(/[,\s箱本回]/g, "");
  return /^\d+$/.test(digits) ? Number(digits) : null;
};
const say = (n) => n.toLocaleString("ja-JP");

// Plan editor: doses, needles and totals follow while typing; Enter and the arrows move within the column. How many boxes of needles go
// with 0, 1, 2 … boxes of vaccine stands in the table's data, as the programme's rule says; each further round of them adds as many again.
const plan = document.querySelector("table[data-plan]");
if (plan) {
  const rows = [...plan.querySelectorAll("tr[data-cycle]")];
  const follow = () => {
    const { needleFirst, needleRound } = plan.dataset;
    const first = needleFirst.split(" ").filter(Boolean).map(Number);
    if (!first.length) return;
    const needed = (boxes) => first[boxes % first.length] + Math.floor(boxes / first.length) * needleRound;
    let boxes = 0, doses = 0, packs = 0, needles = 0;
    for (const row of rows) {
      const input = row.querySelector("input[data-boxes]");
      const count = input ? whole(input.value || "0") : Number(row.dataset.boxes);
      if (count === null) continue;
      // What a box holds stands in its row: a decided amount keeps the box of its day.
      const ofRow = count * row.dataset.dosesPerBox;
      const computed = needed(count);
      const own = row.querySelector("input[data-needles]");
      const packsOfRow = own ? (own.value.trim() === "" ? computed : whole(own.value)) : Number(row.dataset.needles);
      row.querySelector("[data-out=doses]").textContent = say(ofRow);
      const hint = row.querySelector("[data-out=computed]");
      if (hint) hint.textContent = say(computed);
      const pieces = (packsOfRow ?? 0) * row.dataset.pack;
      row.querySelector("[data-out=needles]").textContent = say(pieces);
      boxes += count;
      doses += ofRow;
      packs += packsOfRow ?? 0;
      needles += pieces;
    }
    const total = (name, n) => (plan.querySelector(`[data-total=${name}]`).textContent = say(n));
    total("boxes", boxes);
    total("doses", doses);
    total("packs", packs);
    total("needles", needles);
  };
  plan.addEventListener("input", follow);
  const column = (input) => [...plan.querySelectorAll(input.dataset.boxes === undefined ? "input[data-needles]" : "input[data-boxes]")];
  plan.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.target.tagName !== "INPUT") return;
    const step = { ArrowDown: 1, ArrowUp: -1, Enter: event.shiftKey ? -1 : 1 }[event.key];
    if (!step) return;
    const inputs = column(event.target);
    const next = inputs[inputs.indexOf(event.target) + step];
    if (next) {
      event.preventDefault();
      next.focus();
      next.select();
    }
  });
  plan.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const inputs = column(event.target);
    let at = inputs.indexOf(event.target);
    for (const line of text.trim().split(/\r?\n/)) {
      if (inputs[at]) inputs[at++].value = line.split("\t")[0];
    }
    follow();
  });
}

// The draft saves itself while typing; what the server answers (a new key, the draft's version) goes back into the form.
const draft = document.querySelector("form[data-autosave]");
if (draft) {
  const status = draft.querySelector("[data-status]");
  let timer, saving;
  const save = async () => {
    const body = new URLSearchParams(new FormData(draft));
    body.set("go", "draft");
    try {
      const answer = await fetch(draft.action, { method: "POST", body });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const name of ["_key", "draft_version", "base"]) {
        draft.elements[name].value = page.querySelector(`form[data-autosave] [name=${name}]`).value;
      }
      status.textContent = status.dataset.status;
    } catch {
      status.textContent = status.dataset.offline;
    }
  };
  draft.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => (saving = save().finally(() => (saving = null))), 1200);
  });
  // A save that is on its way is waited for: two writers of one draft would meet.
  draft.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!saving) return;
    event.preventDefault();
    saving.then(() => draft.requestSubmit(event.submitter));
  });
}

// Results: increase and total follow each other.
for (const row of document.querySelectorAll("[data-before]")) {
  const before = Number(row.dataset.before);
  const [increase, total] = ["increase", "total"].map((n) => row.querySelector(`input[data-${n}]`));
  increase.addEventListener("input", () => {
    const n = whole(increase.value);
    total.value = n === null ? "" : String(before + n);
  });
  total.addEventListener("input", () => {
    const n = whole(total.value);
    increase.value = n === null ? "" : String(n - before);
  });
}

// Claim matrix: row totals follow while typing.
const matrix = document.querySelector("table[data-claim]");
if (matrix) {
  matrix.addEventListener("input", () => {
    let all = 0;
    for (const row of matrix.querySelectorAll("tbody tr")) {
      let sum = 0;
      for (const input of row.querySelectorAll("input[data-count]")) sum += whole(input.value || "0") ?? 0;
      const out = row.querySelector("[data-out=count]");
      if (out) out.textContent = say(sum);
      all += sum;
    }
    matrix.querySelector("[data-total]").textContent = say(all);
  });
}

// Five minutes before the session ends a dialog says so; a click extends it. What is being typed stays where it is.
const ending = document.querySelector("dialog.ending");
if (ending) {
  let ask, end;
  const watch = (left, said) => {
    clearTimeout(ask);
    clearTimeout(end);
    const until = left - document.body.dataset.warning;
    // After twelve hours a click extends nothing any more: then it was said once.
    if (until > 0 || !said) ask = setTimeout(() => ending.showModal(), Math.max(0, until) * 1000);
    end = setTimeout(() => ending.close(), left * 1000);
  };
  const extend = async () => {
    const answer = await fetch("/account/session");
    if (answer.ok && answer.headers.get("content-type").startsWith("application/json")) watch((await answer.json()).ends_in, true);
    ending.close();
  };
  ending.querySelector("button").addEventListener("click", extend);
  watch(Number(document.body.dataset.endsIn));
}

// A second click while the first is on its way sends nothing twice (the server wouldn't count it twice either).
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  window.addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
});

// Work that goes on by itself: the page's body is looked up again until it says that nothing changes any more.
const fresh = () => {
  const main = document.querySelector("main[data-refresh]");
  if (!main) return;
  setTimeout(async () => {
    const answer = await fetch(location.href).catch(() => null);
    const next = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
    // Nobody who is reading or pressing something inside loses their place.
    if (next && !main.contains(document.activeElement)) main.replaceWith(next);
    fresh();
  }, main.dataset.refresh * 1000);
};
fresh();
