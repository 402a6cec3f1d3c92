// The one script of the portal. Every page works without it; here is only what saves a reload or a loss.
// Behaviour hangs on data attributes, sentences come from <template id="words">, nothing is kept but settings.

const root = document.documentElement;
const words = document.querySelector("#words")?.dataset ?? {};
const YEAR = 31536000;

// Settings: the form behind each button works by itself; with script the page changes at once.
const dark = matchMedia("(prefers-color-scheme: dark)");
const remember = (name, value) => {
  const secure = location.protocol === "https:" ? ";secure" : "";
  document.cookie = `ui_${name}=${value};path=/;max-age=${value ? YEAR : 0};samesite=lax${secure}`;
};
const isOn = (name, on) => {
  if (name === "theme" && !root.dataset.theme) return dark.matches === (on === "dark");
  return root.dataset[name] === on;
};
const tools = [...document.querySelectorAll("button[data-set]")];
const showTools = () => {
  for (const tool of tools) {
    const [name, on] = tool.dataset.set.split(":");
    tool.setAttribute("aria-pressed", String(isOn(name, on)));
  }
};
for (const tool of tools) {
  tool.addEventListener("click", (event) => {
    event.preventDefault();
    const [name, on, off = ""] = tool.dataset.set.split(":");
    const value = isOn(name, on) ? off : on;
    if (value) root.dataset[name] = value; else delete root.dataset[name];
    remember(name, value);
    showTools();
  });
}
dark.addEventListener("change", showTools);
showTools();

// The menu of the back office: always open where it stands at the side, folded where it would be a long way.
const menu = document.querySelector("[data-menu]");
if (menu) {
  const atTheSide = matchMedia("(min-width: 60.01rem)");
  const fold = () => { menu.open = atTheSide.matches; };
  atTheSide.addEventListener("change", fold);
  fold();
}

// A form with errors, or any other place that must be heard first.
document.querySelector("[data-focus-on-load]")?.focus();

// Keys of the back office: each presses something that is on the page anyway, and can be switched off.
const keySwitch = document.querySelector("[data-keys]");
const keysOn = () => !document.cookie.split("; ").includes("ui_keys=off");
const isTyping = (node) => node instanceof Element && node.closest("input, textarea, select, [contenteditable]");
if (keySwitch) {
  const show = () => {
    keySwitch.textContent = keysOn() ? words.keysOn : words.keysOff;
    keySwitch.setAttribute("aria-pressed", String(keysOn()));
  };
  keySwitch.hidden = !document.querySelector("[data-key]");
  keySwitch.addEventListener("click", () => { remember("keys", keysOn() ? "off" : ""); show(); });
  show();
}
document.addEventListener("keydown", (event) => {
  if (!keysOn() || event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!target || target.getAttribute("aria-disabled") === "true") return;
  event.preventDefault();
  if (target.matches("input, select, textarea")) target.focus(); else target.click();
});

// A locked button stays reachable so that its reason is read out, but does nothing.
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[aria-disabled='true']")) event.preventDefault();
});

// Sending: one press sends once. The form opens again after a while (the answer may have been a file) and
// when the reader comes back with the browser's own button.
const submitted = new Map();
const reopen = (form) => {
  const button = submitted.get(form);
  submitted.delete(form);
  button?.removeAttribute("aria-disabled");
  button?.removeAttribute("aria-label");
};
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
  if (submitted.has(form)) { event.preventDefault(); return; }
  const button = event.submitter?.dataset.set ? null : event.submitter;
  submitted.set(form, button);
  button?.setAttribute("aria-disabled", "true");
  button?.setAttribute("aria-label", words.sending);
  setTimeout(reopen, 10000, form);
});
addEventListener("pageshow", (event) => { if (event.persisted) for (const form of [...submitted.keys()]) reopen(form); });

// Drafts save themselves: what is in the form goes to the form's own address, marked as a draft.
const clock = () => new Intl.DateTimeFormat(root.lang, { hour: "2-digit", minute: "2-digit", hour12: false }).format(new Date());
const lineOf = (form) => {
  let line = form.querySelector("[data-autosave-line]");
  if (!line) {
    line = document.createElement("p");
    line.className = "status-line";
    line.setAttribute("role", "status");
    line.dataset.autosaveLine = "";
    form.append(line);
  }
  return line;
};
const autosave = (form) => {
  const line = lineOf(form);
  let waiting = 0;
  let kept = "";
  const content = () => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  };
  const told = (data) => new URLSearchParams([...data].filter(([name]) => name !== "csrfmiddlewaretoken")).toString();
  const say = (text, bad = false) => { line.textContent = text; line.classList.toggle("is-bad", bad); };
  const save = async (leaving = false) => {
    clearTimeout(waiting);
    const data = content();
    const now = told(data);
    if (now === kept || submitted.has(form)) return;
    if (!leaving) say(words.saving);
    try {
      const answer = await fetch(form.getAttribute("action") || location.href, {
        method: "POST", body: data, keepalive: leaving, redirect: "manual",
        headers: { "X-Autosave": "1", "Accept": "application/json" },
      });
      const about = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
      if (answer.type === "opaqueredirect") { say(words.gone, true); return; }
      if (answer.ok) { kept = now; say(`${words.saved} ${clock()}`); } else say(about.message || words.notSaved, true);
    } catch { say(words.notSaved, true); }
  };
  kept = told(content());
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(save, 1500); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });
};
for (const form of document.querySelectorAll("form[data-autosave]")) autosave(form);

// Away for long: two minutes ahead we say so, and one press keeps the session.
const idle = Number(document.body.dataset.idleSeconds || 0);
if (idle > 120) {
  const box = document.createElement("div");
  box.className = "note note--wait idle";
  box.setAttribute("role", "alertdialog");
  box.setAttribute("aria-labelledby", "idle-words");
  box.hidden = true;
  box.innerHTML = "<div class='stack stack-s'><p id='idle-words'></p><p><button class='btn btn--s' type='button'></button></p></div>";
  document.body.append(box);
  const text = box.querySelector("p");
  const stay = box.querySelector("button");
  let asked = Date.now();
  let before = null;
  const close = () => { box.hidden = true; before?.focus(); };
  const look = () => {
    const left = idle - (Date.now() - asked) / 1000;
    if (left <= 0) { text.textContent = words.gone; stay.hidden = true; box.hidden = false; return; }
    if (left <= 120 && box.hidden) {
      text.textContent = words.idle;
      stay.textContent = words.stay;
      before = document.activeElement;
      box.hidden = false;
      stay.focus();
    }
    setTimeout(look, Math.max(1000, (left > 120 ? left - 120 : left) * 1000));
  };
  stay.addEventListener("click", async () => {
    const answer = await fetch(document.body.dataset.stay, { cache: "no-store" }).catch(() => null);
    if (answer?.ok) { asked = Date.now(); close(); } else text.textContent = words.notSaved;
  });
  setTimeout(look, 1000);
}
