// A message that is edited. In the chat it stands as Markdown that shows every character as typed (hmvlm.ui.session.escape),
// so the box to edit it in would show the escapes too. Here it gets the words without them, and gives them back with them,
// which is what the server expects of a page without this script as well.

const SUBMIT = "#hm-chat button[aria-label='Submit']";
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const CHARACTERS = Object.fromEntries(Object.entries(ENTITIES).map(([entity, character]) => [character, entity]));

const plain = (text) =>
  text
    .replace(/ {2}\n/g, "\n")
    .replace(/\\([\\`*_[\]#|~$])/g, "$1")
    .replace(/&(amp|lt|gt);/g, (entity) => ENTITIES[entity]);

const escaped = (text) =>
  text
    .replace(/[&<>]/g, (character) => CHARACTERS[character])
    .replace(/[\\`*_[\]#|~$]/g, "\\$&")
    .replace(/\n/g, "  \n");

function put(box, text) {
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

export function showEditsPlain() {
  const boxes = () => document.querySelectorAll("#hm-chat .user textarea");
  const known = new WeakSet();
  new MutationObserver(() => {
    for (const box of boxes()) {
      if (known.has(box)) continue;
      known.add(box);
      put(box, plain(box.value));
    }
  }).observe(document.body, { childList: true, subtree: true });
  const submit = (event) => event.target.closest?.(SUBMIT) && boxes().forEach((box) => put(box, escaped(box.value)));
  document.addEventListener("click", submit, true);
}
