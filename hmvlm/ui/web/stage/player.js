// The clock of the stage and its controls: play, pause, time, speed, loop, camera and what is drawn.
import { Vector3 } from "../vendor/three.js";
import { Frames, loadRig } from "./body.js";
import { Room } from "./scene.js";

export const STILL = matchMedia("(prefers-reduced-motion: reduce)");

export class Player {
  constructor(element) {
    this.element = element;
    this.part = (name) => element.querySelector(`.hs-${name}`);
    this.room = new Room(this.part("canvas"));
    this.room.onDraw = () => this.placeTags();
    this.room.onHome = (far) => this.press("follow", Boolean(far || this.room.follow), (on) => (this.room.follow = on));
    this.time = 0;
    this.speed = 1;
    this.loop = true;
    this.playing = false;
    this.on = { skeleton: false, parts: false };
    this.state = { bodies: [], made: 0 }; // the newest that came
    this.filled = this.state; // the one whose bodies are drawn
    this.connect();
    new IntersectionObserver(([entry]) => (this.visible = entry.isIntersecting) && this.start()).observe(element);
  }

  connect() {
    this.part("play").onclick = () => this.setPlaying(!this.playing);
    this.part("scrub").oninput = (event) => this.seek(Number(event.target.value) / this.fps, true);
    this.part("speed").onchange = (event) => (this.speed = Number(event.target.value));
    this.part("reset").onclick = () => this.reset();
    this.toggle("loop", (on) => (this.loop = on));
    this.toggle("follow", (on) => (this.room.follow = on));
    this.toggle("turntable", (on) => {
      this.room.turntable = on;
      this.start();
    });
    this.toggle("skeleton", (on) => this.look("skeleton", on));
    this.toggle("parts", (on) => {
      this.part("legend").hidden = !on;
      this.look("parts", on);
    });
    document.addEventListener("keydown", (event) => this.key(event));
    STILL.addEventListener("change", () => STILL.matches && this.setPlaying(false));
  }

  toggle(name, set) {
    this.part(name).onclick = () => this.press(name, this.part(name).getAttribute("aria-pressed") !== "true", set);
  }

  press(name, on, set = () => {}) {
    this.part(name).setAttribute("aria-pressed", String(on));
    set(on);
  }

  look(name, on) {
    this.on[name] = on;
    this.room.bodies.forEach((body) => (name === "skeleton" ? body.setSkeleton(on) : body.setParts(on)));
    this.room.changed();
  }

  // Space plays, arrows step by frame, R resets the camera; not where a key has another meaning.
  key(event) {
    const at = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || !this.state.bodies.length || !this.element.offsetParent) return;
    if (at.closest("input, textarea, select, [contenteditable=true], [role=listbox], [role=slider], dialog, video")) return;
    if (event.key === " " && !at.closest("button, a, summary")) this.setPlaying(!this.playing);
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") this.step(event.key === "ArrowLeft" ? -1 : 1);
    else if (event.key === "r" || event.key === "R") this.reset();
    else return;
    event.preventDefault();
  }

  step(frames) {
    this.setPlaying(false);
    this.seek(Math.min(Math.max(Math.floor(this.time * this.fps + 1e-6) + frames, 0), this.count - 1) / this.fps);
  }

  reset() {
    const far = this.room.home(this.state.front);
    this.press("follow", Boolean(far), (on) => (this.room.follow = on));
    this.press("turntable", false, (on) => (this.room.turntable = on));
  }

  get fps() {
    return this.state.bodies[0]?.fps ?? 20;
  }

  get count() {
    return Math.max(1, ...this.room.bodies.map((body) => Math.round(body.frames.duration * this.fps)));
  }

  get duration() {
    return this.count / this.fps;
  }

  // What Python wants to see here: see hmvlm/ui/stage.py. The same bodies again change the marks only. A state that was
  // overtaken by a newer one, which came by another connection or whose body was loaded first, is left out.
  async update(state) {
    if (state.made < this.state.made) return;
    this.state = state;
    if (state.version !== this.filled.version) {
      try {
        const rigs = await Promise.all(state.bodies.map((body) => loadRig(body.rig)));
        if (this.state !== state) return;
        this.fill(state, this.filled, rigs);
        this.filled = state;
      } catch (error) {
        console.warn(error);
        this.note(`The body cannot be shown: ${error.message}. Reload the page.`);
        return;
      }
    }
    this.mark();
  }

  fill(state, before, rigs) {
    const goesOn = state.live && before.live && before.group === state.group;
    this.room.setBodies(state.bodies.map((body, number) => ({ rig: rigs[number], frames: new Frames(body) })));
    Object.entries(this.on).forEach(([name, on]) => on && this.look(name, on));
    if (!goesOn) {
      this.time = 0;
      this.press("turntable", Boolean(state.sample) && !STILL.matches, (on) => (this.room.turntable = on));
      const far = this.room.home(state.front);
      this.press("follow", Boolean(far || state.live), (on) => (this.room.follow = on));
      this.element.dataset.started = String(performance.now());
    }
    this.part("scrub").max = this.count - 1;
    this.element.dataset.frames = this.count;
    this.element.dataset.live = String(Boolean(state.live));
    if (!goesOn) this.setPlaying(state.bodies.length > 0 && this.count > 1 && !STILL.matches);
    this.seek(this.time);
    this.start();
  }

  mark() {
    const { bodies, shown, sample } = this.state;
    const several = bodies.length > 1;
    this.element.classList.toggle("hs-still", !bodies.length || this.count < 2);
    const chosen = bodies.find((body) => body.key === shown) ?? bodies[0];
    this.part("title").textContent = chosen ? (sample ? "" : chosen.title) : "";
    this.element.dataset.title = this.part("title").textContent;
    this.element.dataset.shown = sample || !chosen ? "" : chosen.key;
    this.note(this.state.note ?? "");
    this.part("tags").replaceChildren(...(several ? bodies.map((body) => this.tag(body, body === chosen)) : []));
    this.room.bodies.forEach((body, number) => (body.ring.visible = several && bodies[number] === chosen));
    this.room.changed();
  }

  tag(body, chosen) {
    const tag = document.createElement("button");
    tag.className = "hs-tag";
    tag.textContent = body.label;
    tag.setAttribute("aria-pressed", String(chosen));
    Object.assign(tag.dataset, { hmDo: "show", hmKey: body.key });
    return tag;
  }

  placeTags() {
    [...this.part("tags").children].forEach((tag, number) => {
      const body = this.room.bodies[number];
      const [x, y, ahead] = this.room.project(body.headAt(spot).add(ABOVE));
      tag.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -100%)`;
      tag.hidden = !ahead;
    });
  }

  note(text) {
    this.part("note").textContent = text;
  }

  setPlaying(on) {
    this.playing = on;
    if (on && !this.loop && this.time >= this.duration - 1 / this.fps) this.time = 0;
    this.element.classList.toggle("hs-playing", on);
    this.part("play").setAttribute("aria-label", on ? "Pause" : "Play");
    this.start();
  }

  seek(seconds, pause = false) {
    if (pause) this.setPlaying(false);
    this.time = Math.min(Math.max(seconds, 0), this.duration);
    this.room.show(this.time, 0);
    this.write();
  }

  write() {
    const frame = Math.min(Math.floor(this.time * this.fps + 1e-6), this.count - 1);
    const scrub = this.part("scrub");
    if (document.activeElement !== scrub || this.playing) scrub.value = frame;
    scrub.setAttribute("aria-valuetext", `${this.time.toFixed(2)} of ${this.duration.toFixed(2)} seconds`);
    this.part("time").textContent = `${this.time.toFixed(2)} / ${this.duration.toFixed(2)} s`;
    this.part("frame").textContent = `frame ${frame + 1} / ${this.count}`;
    this.element.dataset.frame = frame;
  }

  get moving() {
    return this.visible && this.state.bodies.length && (this.playing || this.room.turntable);
  }

  start() {
    if (this.running || !this.moving) return;
    this.running = true;
    this.last = performance.now();
    requestAnimationFrame((now) => this.tick(now));
  }

  tick(now) {
    if (!this.moving) {
      this.running = false;
      return;
    }
    const passed = Math.min((now - this.last) / 1000, 0.25);
    if (passed * 1000 >= this.room.interval) {
      this.last = now;
      if (this.playing) this.advance(passed * this.speed);
      this.room.show(this.time, passed);
      this.write();
    }
    requestAnimationFrame((later) => this.tick(later));
  }

  // While frames still come, the body waits in the last one; afterwards it starts over, or stops there.
  advance(seconds) {
    this.time += seconds;
    if (this.time < this.duration) return;
    if (this.state.live) this.time = this.duration - 1e-3;
    else if (this.loop) this.time %= this.duration;
    else {
      this.time = this.duration;
      this.setPlaying(false);
    }
  }
}

const ABOVE = new Vector3(0, 0.3, 0);
const spot = new Vector3();
