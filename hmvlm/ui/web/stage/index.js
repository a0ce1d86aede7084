// Entry of the stage: makes the player in the component's element and passes on what is clicked anywhere on the page.
import { onClick } from "./clicks.js";
import { showEditsPlain } from "./edits.js";
import { openCamera, takeDrops } from "./files.js";
import { Player, STILL } from "./player.js";

export function mount(element, props, trigger, watch, events) {
  const stage = element.querySelector(".hs");
  let player = null;
  try {
    player = new Player(stage);
    stage.player = player; // for scripts on the page, and its tests
  } catch (error) {
    console.warn(error.message);
    stage.classList.add("hs-none");
    stage.querySelector(".hs-note").textContent = "This browser cannot draw in 3-D (no WebGL). Videos and files still work.";
  }
  const update = () => {
    const state = JSON.parse(props.value || "{}");
    if (player && state.bodies) player.update(state);
    if (state.download) download(state.download);
  };
  watch("value", update);
  update();
  onClick((target) => {
    if (!target.closest("#hm-composer")) closeSettings();
    if (!target.closest(".hm-chats")) closeChats();
    const chosen = target.closest(".hm-example");
    if (chosen) trigger("example", { value: /hm-example-(\w+)/.exec(chosen.className)[1] });
    const button = target.closest("[data-hm-do]");
    if (!button) return;
    const { hmDo: name, hmKey: key, hmValue: value } = button.dataset;
    if (name === "camera") openCamera();
    else if (name === "original") showOriginal(button);
    else if (events.includes(name)) {
      trigger(name, { key, value });
      if (name === "show") openTab("stage");
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    closeSettings();
    closeChats();
  });
  document.addEventListener("change", (event) => event.target.id === "hm-tab-gate" && openGate());
  document.addEventListener("play", (event) => holdStill(event.target), true);
  takeDrops();
  showEditsPlain();
  return player;
}

// A picture without the bodies laid over it, or with them again.
function showOriginal(button) {
  const on = button.closest(".hm-clip").classList.toggle("hm-original");
  button.setAttribute("aria-pressed", String(on));
}

// Tabs and settings are radio buttons and a checkbox, whose state states.css shows.
function openTab(name) {
  document.getElementById(`hm-tab-${name}`).checked = true;
}

function closeSettings() {
  document.getElementById("hm-gear").checked = false;
}

// The list of chats; the focus stays at its button where it was in the list.
function closeChats() {
  const list = document.querySelector(".hm-chats[open]");
  if (!list) return;
  if (list.contains(document.activeElement)) list.querySelector("summary").focus();
  list.open = false;
}

function openGate() {
  document.querySelector("#hm-gates > button:not(.open), #hm-gates .label-wrap:not(.open)")?.click();
}

// Clips that would start by themselves wait to be started where less movement is wanted.
function holdStill(video) {
  if (!STILL.matches || !video.autoplay) return;
  video.autoplay = false;
  video.pause();
}

let saved = "";
function download({ url, name, id }) {
  if (saved === id) return;
  saved = id;
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
}
