// Clicks on things that may be drawn anew or scroll away while they are pressed, as cards in the chat do when it grows:
// the browser then tells the click to whatever is there on release, or to nothing.

const STILL_PIXELS = 6; // a press that moved farther is a drag

// Calls `act` with the element of every click on the page: the one that was pressed, if the pointer has stayed.
export function onClick(act) {
  let pressed = null;
  let done = false;
  const listen = (name, hear) => document.addEventListener(name, hear, true);
  listen("pointerdown", (event) => {
    pressed = event.button === 0 && event.isPrimary ? event : null;
    done = false;
  });
  listen("pointercancel", () => (pressed = null)); // the finger scrolls
  listen("pointerup", (event) => {
    const still = pressed && Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY) < STILL_PIXELS;
    const target = pressed?.target;
    pressed = null;
    if (!still || event.target === target) return; // a click follows
    done = true;
    act(target);
  });
  listen("click", (event) => {
    if (!done || event.detail === 0) act(event.target); // none is pressed by key or script
    done = false;
  });
}
