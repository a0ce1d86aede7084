// Entry of the stage: makes the player in the component's element and passes on what is clicked anywhere on the page.
import { Player } from "./player.js";

const HERE = new Set(["tab", "settings", "original"]);

export function mount(element, props, trigger, watch, events) {
  const stage = element.querySelector(".hs");
  let player = null;
  try {
    player = new Player(stage, trigger);
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
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-hm-do]");
    if (!button) return;
    const { hmDo: name, hmKey: key, hmValue: value } = button.dataset;
    if (HERE.has(name)) local(name, value, button);
    else if (events.includes(name)) {
      trigger(name, { key, value });
      if (name === "show") local("tab", "stage");
    }
  });
  return player;
}

// Phone: which of the tabs is open. Settings: whether their popover is. Original: whether a picture is shown without bodies.
function local(name, value, button) {
  if (name === "tab") document.body.dataset.hmTab = value;
  else if (name === "original") {
    const on = button.closest(".hm-clip").classList.toggle("hm-original");
    button.setAttribute("aria-pressed", String(on));
  } else {
    const open = document.body.classList.toggle("hm-settings-open");
    document.getElementById("hm-gear").setAttribute("aria-expanded", String(open));
  }
}

let saved = "";
function download({ url, name, id }) {
  if (saved === id) return;
  saved = id;
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
}
