// The room: light, floor with shadow, camera, and bodies side by side. It draws when something has changed only.
import {
  CanvasTexture, Color, DirectionalLight, Fog, HemisphereLight, Mesh, MeshBasicMaterial, MeshLambertMaterial, OrbitControls,
  PCFShadowMap, PerspectiveCamera, PlaneGeometry, RepeatWrapping, Scene, SRGBColorSpace, Vector3, WebGLRenderer,
} from "../vendor/three.js";
import { Body } from "./body.js";

const COLORS = {
  light: { back: 0xe8edf2, sky: 0xffffff, ground: 0xb8c2cc, tiles: ["#dbe2e9", "#cfd8e0"], line: "#bac5cf" },
  dark: { back: 0x1c232d, sky: 0xd5deea, ground: 0x3a4350, tiles: ["#29323e", "#242c37"], line: "#36414f" },
};
const FLOOR = 60;
const VIEW_DEGREES = 32;
const HIP_HEIGHT = 0.92;
const BODY_RADIUS = 1.12;
const ARM = 0.8; // metres from the pelvis of the outer bodies to the edges of the picture
const FARTHEST = 6.8; // metres to the camera up to which the whole path of one body is kept in the picture
// Where the browser draws on the processor, it draws fewer and coarser pictures, and round shadows.
const SOFTWARE_INTERVAL = 66;
const SOFTWARE_PIXELS = 0.6;

export class Room {
  constructor(canvas) {
    this.canvas = canvas;
    const software = document.documentElement.classList.contains("hm-software-gl");
    this.software = software;
    this.interval = software ? SOFTWARE_INTERVAL : 0;
    this.renderer = new WebGLRenderer({ canvas, antialias: !software, powerPreference: "low-power" });
    this.renderer.setPixelRatio(software ? SOFTWARE_PIXELS : Math.min(devicePixelRatio, 2));
    this.renderer.shadowMap.enabled = !software;
    this.renderer.shadowMap.type = PCFShadowMap;
    this.scene = new Scene();
    this.camera = new PerspectiveCamera(VIEW_DEGREES, 1, 0.1, 80);
    this.controls = new OrbitControls(this.camera, canvas);
    Object.assign(this.controls, { maxPolarAngle: 1.52, minDistance: 1.2, maxDistance: 22, enableDamping: false });
    this.controls.addEventListener("change", () => this.changed());
    this.controls.listenToKeyEvents = () => {};
    this.sun = new DirectionalLight(0xffffff, 2.1);
    this.sun.castShadow = !software;
    this.sun.shadow.mapSize.setScalar(2048);
    Object.assign(this.sun.shadow, { radius: 3, bias: -0.0005, normalBias: 0.02 });
    this.sky = new HemisphereLight(0xffffff, 0x888888, 1.5);
    this.floor = new Mesh(new PlaneGeometry(FLOOR, FLOOR), software ? new MeshBasicMaterial() : new MeshLambertMaterial());
    this.floor.rotation.x = -Math.PI / 2;
    this.floor.receiveShadow = true;
    this.scene.add(this.sky, this.sun, this.sun.target, this.floor);
    this.bodies = [];
    this.low = this.high = [0, 0];
    this.follow = this.turntable = false;
    this.seen = new Vector3();
    this.onDraw = () => {};
    this.onHome = () => {};
    this.setTheme();
    new MutationObserver(() => this.setTheme()).observe(document.body, { attributeFilter: ["class"] });
    new ResizeObserver(() => this.resize()).observe(canvas.parentElement);
    this.resize();
  }

  setTheme() {
    const colors = COLORS[document.body.classList.contains("dark") ? "dark" : "light"];
    this.scene.background = new Color(colors.back);
    this.scene.fog = new Fog(colors.back, this.scene.fog?.near ?? 9, this.scene.fog?.far ?? 24);
    this.sky.color.set(colors.sky);
    this.sky.groundColor.set(colors.ground);
    this.floor.material.map?.dispose();
    this.floor.material.map = tiles(colors, this.software ? 1 : 4);
    this.floor.material.needsUpdate = true;
    this.changed();
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas.parentElement;
    if (!width || !height) return;
    this.renderer.setSize(width, height, false);
    const before = this.camera.aspect;
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    if (this.bodies.length && Math.abs(before - this.camera.aspect) > 0.02) this.onHome(this.home());
    this.changed();
  }

  // Replace the bodies: [{rig, frames}], placed side by side; home() then frames them.
  setBodies(given) {
    this.bodies.forEach((body) => (this.scene.remove(body), body.dispose()));
    this.bodies = given.map(({ rig, frames }) => new Body(rig, frames, !this.software));
    let edge = 0;
    const boxes = this.bodies.map((body) => body.frames.bounds());
    this.bodies.forEach((body, number) => {
      const { low, high } = boxes[number];
      body.position.x = given.length > 1 ? edge - low[0] : 0;
      body.position.z = given.length > 1 ? -(low[1] + high[1]) / 2 : 0;
      edge += high[0] - low[0] + 1.25;
      this.scene.add(body);
    });
    const low = this.bodies.map((body, number) => [0, 2].map((axis, place) => boxes[number].low[place] + body.position.getComponent(axis)));
    const high = this.bodies.map((body, number) => [0, 2].map((axis, place) => boxes[number].high[place] + body.position.getComponent(axis)));
    this.low = [0, 1].map((axis) => Math.min(...low.map((one) => one[axis])));
    this.high = [0, 1].map((axis) => Math.max(...high.map((one) => one[axis])));
  }

  get extent() {
    return Math.hypot(this.high[0] - this.low[0], this.high[1] - this.low[1]) / 2;
  }

  // The camera where all bodies and their paths are in the picture; a path too long for that is followed.
  home(front = this.front) {
    if (!this.bodies.length) return;
    this.front = front;
    const half = Math.tan((VIEW_DEGREES * Math.PI) / 360);
    const reach = this.bodies.length > 1 ? ARM : 0.55;
    const needed = (extent) => Math.max(BODY_RADIUS / half + extent * 0.5, (extent + reach) / (half * this.camera.aspect));
    const far = this.bodies.length === 1 && needed(this.extent) > FARTHEST && needed(0.6) < needed(this.extent);
    const distance = far ? Math.max(BODY_RADIUS / half, (0.6 + 0.55) / (half * this.camera.aspect)) : needed(this.extent);
    Object.assign(this.scene.fog, { near: Math.max(9, 1.4 * distance), far: Math.max(24, 3 * distance) });
    const middle = far ? this.bodies[0].pelvisAt(new Vector3()).toArray() : [0, 1].map((axis) => (this.low[axis] + this.high[axis]) / 2);
    const [x, z] = far ? [middle[0], middle[2]] : middle;
    const [turn, rise] = front || this.bodies.length > 1 ? [0, 0.14] : [0.6, 0.2];
    this.controls.target.set(x, HIP_HEIGHT, z);
    this.camera.position.set(
      x + distance * Math.sin(turn) * Math.cos(rise), HIP_HEIGHT + distance * Math.sin(rise),
      z + distance * Math.cos(turn) * Math.cos(rise),
    );
    this.controls.update();
    this.seen.copy(this.middle());
    this.changed();
    return far;
  }

  middle() {
    const sum = new Vector3();
    this.bodies.forEach((body) => sum.add(body.pelvisAt(spot)));
    return sum.divideScalar(Math.max(this.bodies.length, 1));
  }

  // Pose all bodies and move the camera along; seconds since the last call turn the turntable.
  show(seconds, passed) {
    this.bodies.forEach((body) => body.show(seconds));
    const middle = this.middle();
    if (this.follow) {
      const step = middle.clone().sub(this.seen).setY(0);
      this.controls.target.add(step);
      this.camera.position.add(step);
    }
    this.seen.copy(middle);
    if (this.turntable && passed) {
      const arm = this.camera.position.clone().sub(this.controls.target).applyAxisAngle(UP, passed * 0.5);
      this.camera.position.copy(this.controls.target).add(arm);
    }
    if (this.follow || this.turntable) this.controls.update();
    this.changed();
  }

  changed() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }

  draw() {
    const size = Math.min(Math.max(this.extent + 1.6, 2.2), 7);
    const light = this.sun.shadow.camera;
    Object.assign(light, { left: -size, right: size, top: size, bottom: -size, near: 1, far: 24 });
    light.updateProjectionMatrix();
    const at = this.follow ? this.seen : this.controls.target;
    this.sun.target.position.set(at.x, 0, at.z);
    this.sun.position.set(at.x + 2.5, 7, at.z + 3.5);
    this.renderer.render(this.scene, this.camera);
    this.onDraw();
  }

  // Pixels of a point in the room, from the canvas's top left corner.
  project(point) {
    point.project(this.camera);
    const { clientWidth: width, clientHeight: height } = this.canvas;
    return [((point.x + 1) / 2) * width, ((1 - point.y) / 2) * height, point.z < 1];
  }
}

const UP = new Vector3(0, 1, 0);
const spot = new Vector3();

function tiles({ tiles: shades, line }, anisotropy) {
  const picture = document.createElement("canvas");
  picture.width = picture.height = 256;
  const ink = picture.getContext("2d");
  for (let tile = 0; tile < 4; tile++) {
    const [x, y] = [(tile % 2) * 128, tile > 1 ? 128 : 0];
    ink.fillStyle = shades[(tile + (tile > 1)) % 2];
    ink.fillRect(x, y, 128, 128);
    ink.strokeStyle = line;
    ink.strokeRect(x, y, 128, 128);
  }
  const texture = new CanvasTexture(picture);
  texture.colorSpace = SRGBColorSpace;
  texture.wrapS = texture.wrapT = RepeatWrapping;
  texture.repeat.setScalar(FLOOR / 2);
  texture.anisotropy = anisotropy;
  return texture;
}
