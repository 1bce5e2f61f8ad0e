"use strict";

const SVG = "http://www.w3.org/2000/svg";
const COLOURS = 5; // as many as there are classes c0 to c4; c5 is all others
const byId = (id) => document.getElementById(id);
const maps = new Map();
let models = [];
let running = null;

/* ---- asking the service ---- */

async function ask(path, body, signal) {
  const headers = {};
  if (body) headers["Content-Type"] = "application/json";
  if (byId("token").value) headers.Authorization = `Bearer ${byId("token").value}`;
  const response = await fetch(path, {
    method: body ? "POST" : "GET",
    headers,
    body: body && JSON.stringify(body),
    signal,
  });
  const content = await response.json();
  if (response.ok) return content;
  if (response.status === 401) byId("token-field").hidden = false;
  throw new Error(content.error ? content.error.message : `status ${response.status}`);
}

function tellProblem(message) {
  byId("problem").textContent = message;
  byId("problem").hidden = !message;
}

/* ---- choosing a model ---- */

async function listModels() {
  models = (await ask("v1/models")).data;
  const directions = ["forward", "reverse"];
  byId("directions").replaceChildren(...directions.map(directionSwitch));
  showModels(models[0].direction);
}

function directionSwitch(direction) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  input.type = "radio";
  input.name = "direction";
  input.value = direction;
  input.disabled = !models.some((model) => model.direction.includes(direction));
  if (input.disabled) label.title = `No served model was fitted with --direction ${direction}`;
  input.addEventListener("change", () => {
    showModels(direction);
    askAgain();
  });
  const text = document.createElement("span");
  text.textContent = direction;
  label.append(input, text);
  return label;
}

function showModels(direction) {
  const fitting = models.filter((model) => model.direction.includes(direction.split(" ")[0]));
  byId("model").replaceChildren(...fitting.map((model) => new Option(model.id, model.id)));
  const input = document.querySelector(`input[name="direction"][value="${direction.split(" ")[0]}"]`);
  if (input) input.checked = true;
  showModel();
}

function chosenModel() {
  return models.find((model) => model.id === byId("model").value);
}

function showModel() {
  const model = chosenModel();
  const several = model.languages.length > 1;
  const languages = model.languages.map((lang) => new Option(named(lang), lang));
  byId("lang").replaceChildren(...(several ? [new Option("recognise from the script", "")] : []), ...languages);
  byId("lang").disabled = !several;
  byId("second-field").hidden = !model.takes_pairs;
  byId("second").required = model.takes_pairs;
  byId("text-label").textContent = model.takes_pairs ? "Premise" : "Text";
  byId("about-model").textContent = about(model);
}

function about(model) {
  const kinds = { classification: "One of", multilabel: "Any of", similarity: "A number" };
  const labels = model.labels.slice(0, 12).join(", ") + (model.labels.length > 12 ? ", ..." : "");
  const classes = labels ? `${kinds[model.task]}: ${labels}.` : `${kinds[model.task]}.`;
  const how = {
    forward: "Forward: the classifier was trained on English moved into the text's language.",
    reverse: "Reverse: the text is moved into English, in front of an English classifier.",
  };
  return `${classes} ${how[model.direction] || ""}`;
}

function named(lang) {
  try {
    return `${new Intl.DisplayNames(["en"], { type: "language" }).of(lang)} (${lang})`;
  } catch {
    return lang;
  }
}

/* ---- classifying ---- */

async function classify(event) {
  event.preventDefault();
  if (running) running.abort();
  const mine = (running = new AbortController());
  byId("go").disabled = true;
  tellProblem("");
  try {
    if (!models.length) await listModels();
    const model = chosenModel();
    const text = model.takes_pairs ? [byId("text").value, byId("second").value] : byId("text").value;
    const question = { text, model: model.id, lang: byId("lang").value || null };
    const answer = await ask("explain", question, mine.signal);
    showAnswer(answer, model);
    showNearest(answer, model);
    await showMap(answer, model);
    byId("answer").scrollIntoView({ block: "nearest" });
  } catch (error) {
    if (error.name !== "AbortError") tellProblem(`Not answered: ${error.message}`);
  } finally {
    if (running === mine) byId("go").disabled = false;
  }
}

function shownLabel(answer, model) {
  if (model.task === "multilabel") return answer.label === "|" ? "none" : answer.label.split("|").join(", ");
  return model.task === "similarity" ? answer.label.toFixed(3) : String(answer.label);
}

function showAnswer(answer, model) {
  const sure = answer.probability == null ? "" : percent(answer.probability);
  const small = document.createElement("small");
  small.textContent = sure && ` ${sure}`;
  byId("label").replaceChildren(shownLabel(answer, model), small);
  byId("read-as").textContent = `Read as ${named(answer.lang)} by the model ${answer.model}.`;
  const rows = Object.entries(answer.probabilities || {});
  if (rows.length > 12) rows.sort((a, b) => b[1] - a[1]);
  byId("bars").hidden = !rows.length;
  const shown = rows.slice(0, 12).map(([label, share]) => barRow(label, share, model));
  byId("bars").tBodies[0].replaceChildren(...shown);
  byId("answer").hidden = false;
  byId("aloud").textContent = `${shownLabel(answer, model)} ${sure}. ${byId("read-as").textContent}`;
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}

function barRow(label, share, model) {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = label;
  const cell = document.createElement("td");
  const bar = document.createElement("div");
  bar.className = "bar";
  const svg = shape("svg", { viewBox: "0 0 100 1", preserveAspectRatio: "none", "aria-hidden": "true" });
  svg.append(shape("rect", { width: 100 * share, height: 1, class: colour(label, model) }));
  const number = document.createElement("span");
  number.textContent = percent(share);
  bar.append(svg, number);
  cell.append(bar);
  row.append(head, cell);
  return row;
}

/* ---- why ---- */

function showNearest(answer, model) {
  byId("why").hidden = false;
  byId("why-note").textContent = answer.nearest.length
    ? "English texts of the training set that lie nearest in the aligned space, by cosine. Where they " +
      "speak of other things, the answer stands on weak ground."
    : "This model kept no training texts. Fit it with --keep-examples 500 to see them here; texts that " +
      "are kept are saved with the model, and shown to whoever may ask it.";
  byId("nearest").replaceChildren(...answer.nearest.map((near) => nearItem(near, model)));
}

function nearItem(near, model) {
  const item = document.createElement("li");
  const texts = document.createElement("div");
  texts.lang = "en";
  for (const part of near.text == null ? [near.premise, near.hypothesis] : [near.text]) {
    const text = document.createElement("p");
    text.className = "text";
    text.textContent = part.length > 400 ? `${part.slice(0, 400)}...` : part;
    texts.append(text);
  }
  const tag = document.createElement("span");
  tag.className = `tag ${colour(near.label, model)}`;
  const small = document.createElement("small");
  small.textContent = ` cosine ${near.cosine.toFixed(2)}`;
  tag.append(near.label, small);
  item.append(texts, tag);
  return item;
}

/* ---- the map ---- */

async function showMap(answer, model) {
  const key = `${model.id} ${answer.lang}`;
  if (!maps.has(key)) {
    const query = new URLSearchParams({ model: model.id, lang: answer.lang });
    maps.set(key, await ask(`map?${query}`));
  }
  const { points, share } = maps.get(key);
  byId("space").hidden = !points.length || !answer.place;
  if (byId("space").hidden) return;
  const near = answer.nearest.map((each) => points[each.row]);
  byId("map").replaceChildren(drawn(points, near, answer, model));
  byId("legend").replaceChildren(...legend(points, model));
  byId("map-note").textContent =
    `${points.length} training texts on the two axes along which they differ most (they show ` +
    `${percent(share)} of the differences), so what is near here need not be near in truth. ` +
    "Rings: the nearest texts of the list above.";
}

function drawn(points, near, answer, model) {
  const width = byId("map").clientWidth || 640;
  const height = Math.max(280, 0.6 * width);
  const all = [...points, answer.place];
  const x = scale(all.map((point) => point.x), 24, width - 24);
  const y = scale(all.map((point) => point.y), height - 24, 24);
  const svg = shape("svg", {
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": `Scatter plot of ${points.length} training texts and your text, read as ` +
      `${shownLabel(answer, model)}. The list of nearest training texts says the same in words.`,
  });
  for (const point of points) svg.append(mark(x(point.x), y(point.y), point.label, model));
  for (const point of near) svg.append(shape("circle", { cx: x(point.x), cy: y(point.y), r: 9, class: "near" }));
  svg.append(shape("path", { d: star(x(answer.place.x), y(answer.place.y), 13), class: "you" }));
  return svg;
}

/** Return a function from values to places; values far out are drawn at the edge. */
function scale(values, from, to) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  return (value) => (high > low ? from + ((value - low) / (high - low)) * (to - from) : (from + to) / 2);
}

/** Labels differ in form as well as in colour. */
function mark(x, y, label, model) {
  const place = model.labels.indexOf(label);
  const common = { class: colour(label, model), "fill-opacity": 0.8 };
  if (place % 3 === 1) return shape("rect", { x: x - 4, y: y - 4, width: 8, height: 8, ...common });
  if (place % 3 === 2) return shape("path", { d: `M${x} ${y - 5.5}l5.5 10h-11z`, ...common });
  return shape("circle", { cx: x, cy: y, r: 4.5, ...common });
}

function star(x, y, radius) {
  const corners = [...Array(10).keys()].map((corner) => {
    const length = corner % 2 ? radius * 0.42 : radius;
    const angle = (Math.PI * corner) / 5 - Math.PI / 2;
    return `${(x + length * Math.cos(angle)).toFixed(1)} ${(y + length * Math.sin(angle)).toFixed(1)}`;
  });
  return `M${corners.join("L")}Z`;
}

function legend(points, model) {
  const present = model.labels.filter((label) => points.some((point) => point.label === label));
  const items = present.slice(0, COLOURS).map((label) => legendItem(mark(8, 8, label, model), label));
  if (present.length > COLOURS) items.push(legendItem(shape("circle", { cx: 8, cy: 8, r: 4.5, class: "c5" }), "other labels"));
  items.push(legendItem(shape("path", { d: star(8, 8, 8), class: "you" }), "your text"));
  return items;
}

function legendItem(symbol, text) {
  const item = document.createElement("li");
  const svg = shape("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
  svg.append(symbol);
  item.append(svg, text);
  return item;
}

function colour(label, model) {
  const place = model.labels.indexOf(label);
  return `c${place < 0 || place >= COLOURS ? COLOURS : place}`;
}

function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/* ---- beginning ---- */

/** An answer on the page is always that of the model and language that are chosen. */
function askAgain() {
  if (byId("answer").hidden) return;
  for (const id of ["answer", "why", "space"]) byId(id).hidden = true;
  if (byId("ask").checkValidity()) byId("ask").requestSubmit();
}

function submitOnEnter(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  byId("ask").requestSubmit();
}

byId("ask").addEventListener("submit", classify);
byId("model").addEventListener("change", () => {
  showModel();
  askAgain();
});
byId("lang").addEventListener("change", askAgain);
byId("text").addEventListener("keydown", submitOnEnter);
byId("second").addEventListener("keydown", submitOnEnter);
byId("token").addEventListener("change", () => listModels().then(() => tellProblem(""), (e) => tellProblem(e.message)));
listModels().catch((error) => tellProblem(error.message));
