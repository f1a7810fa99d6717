"use strict";
// The page on which queries are written: named questions fill the editor, answers become a table. Nothing is loaded
// from elsewhere, and every text of an answer is set as text, never as markup.
const shown = 1000; // rows in the table
const at = (id) => document.getElementById(id);
let questions = [];
let last = null;

function makeEditor() {
  const factory = window.Yasqe;
  if (factory) {
    try {
      factory.defaults.autocompleters = ["variables"]; // the others ask servers elsewhere
      const yasqe = new factory(at("editor"), {
        persistenceId: null, createShareableLink: null, showQueryButton: false, autofocus: true,
        consumeShareLink: null, autocompleters: ["variables"],
      });
      yasqe.addKeyMap({ "Ctrl-Enter": run, "Cmd-Enter": run });
      yasqe.setSize(null, 300);
      return { get: () => yasqe.getValue(), set: (text) => yasqe.setValue(text) };
    } catch (error) {
      at("editor").textContent = "";
    }
  }
  const area = document.createElement("textarea");
  area.spellcheck = false;
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
  });
  at("editor").append(area);
  return { get: () => area.value, set: (text) => { area.value = text; } };
}

function tell(text, bad = false) {
  at("status").textContent = text;
  at("status").className = bad ? "bad" : "";
}

async function loadQuestions() {
  const found = await (await fetch("questions")).json();
  questions = found.questions;
  if (!editor.get().trim()) editor.set(found.start);
  for (const one of questions) {
    const option = document.createElement("option");
    option.value = one.name;
    option.textContent = `${one.zh} — ${one.name}`;
    at("question").append(option);
  }
}

function choose() {
  const one = questions.find((each) => each.name === at("question").value);
  at("parameters").textContent = "";
  at("about").textContent = one ? `${one.title}. ${one.about}` : "";
  if (!one) return;
  const example = {};
  for (let index = 0; index < one.example.length; index += 2) example[one.example[index].slice(2)] = one.example[index + 1];
  for (const parameter of one.parameters) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    label.textContent = `${parameter.name}${parameter.optional || parameter.default ? "" : " *"} `;
    label.title = parameter.about;
    input.name = parameter.name;
    input.placeholder = example[parameter.name] || parameter.default || parameter.type;
    label.append(input);
    at("parameters").append(label);
  }
}

async function fill() {
  const name = at("question").value;
  if (!name) return;
  const values = new URLSearchParams();
  for (const input of at("parameters").elements) {
    const value = input.value.trim() || (input.placeholder !== "" && isNeeded(name, input.name) ? input.placeholder : "");
    if (value) values.set(input.name, value);
  }
  const answer = await fetch(`questions/${encodeURIComponent(name)}?${values}`);
  const text = await answer.text();
  if (!answer.ok) return tell(text, true);
  editor.set(text);
  tell("");
}

function isNeeded(name, parameter) {
  const found = questions.find((one) => one.name === name).parameters.find((one) => one.name === parameter);
  return !found.optional && found.default === null;
}

async function run() {
  tell("…");
  at("answer").textContent = "";
  at("csv").disabled = at("json").disabled = true;
  const began = performance.now();
  try {
    const answer = await fetch("sparql", {
      method: "POST",
      headers: { "Content-Type": "application/sparql-query", Accept: "application/sparql-results+json, text/turtle;q=0.9" },
      body: editor.get(),
    });
    const text = await answer.text();
    const seconds = ((performance.now() - began) / 1000).toFixed(2);
    if (!answer.ok) return tell(text, true);
    if (!answer.headers.get("Content-Type").includes("json")) {
      const pre = document.createElement("pre");
      pre.textContent = text;
      at("answer").append(pre);
      return tell(`${seconds} s`);
    }
    last = JSON.parse(text);
    if ("boolean" in last) return tell(`${last.boolean ? "是 yes" : "否 no"}  ${seconds} s`);
    show(last);
    const rows = last.results.bindings.length;
    const part = rows > shown ? `, ${shown} shown` : "";
    at("csv").disabled = at("json").disabled = false;
    tell(`${rows.toLocaleString("en")} rows${part}  ${seconds} s`);
  } catch (error) {
    tell(String(error), true);
  }
}

function show(found) {
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const name of found.head.vars) {
    const cell = document.createElement("th");
    cell.textContent = name;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const row of found.results.bindings.slice(0, shown)) {
    const line = body.insertRow();
    for (const name of found.head.vars) {
      const cell = line.insertCell();
      const value = row[name];
      if (!value) continue;
      cell.textContent = value.value;
      if (value.type === "uri") cell.className = "address";
      else if (/#(integer|decimal|double)$/.test(value.datatype || "")) cell.className = "number";
    }
  }
  at("answer").append(table);
}

function cell(value) {
  let text = value ? String(value.value) : "";
  if (/^[=+\-@\t\r\n'＝＋－＠]/.test(text) && !/#(integer|decimal|double)$/.test((value && value.datatype) || "")) text = `'${text}`; // no formula
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

function save(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

at("question").addEventListener("change", choose);
at("fill").addEventListener("click", fill);
at("parameters").addEventListener("submit", (event) => { event.preventDefault(); fill(); });
at("run").addEventListener("click", run);
at("json").addEventListener("click", () => save("answer.json", "application/json", JSON.stringify(last, null, 1)));
at("csv").addEventListener("click", () => {
  const lines = [last.head.vars.join(","), ...last.results.bindings.map((row) => last.head.vars.map((name) => cell(row[name])).join(","))];
  save("answer.csv", "text/csv", `\ufeff${lines.join("\r\n")}\r\n`);
});
const editor = makeEditor();
loadQuestions().catch((error) => tell(String(error), true));
