// A skinned body that plays a motion: the rig and the frames as hmvlm/ui/stage.py encodes them.
import {
  Bone, BufferAttribute, BufferGeometry, CircleGeometry, Group, LineBasicMaterial, LineSegments, Mesh, MeshBasicMaterial,
  MeshLambertMaterial, Quaternion, RingGeometry, Skeleton, SkinnedMesh, Vector3,
} from "../vendor/three.js";

const JOINTS = 24;
const HEAD = 15;
const ACCENT = 0x0d9488;
const rigs = new Map();

function bytes(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer;
}

// The rig at an address: geometry, parents and rest joints, shared by all bodies of the same shape.
export function loadRig(url) {
  if (!rigs.has(url)) rigs.set(url, fetch(url).then(read).catch((error) => (rigs.delete(url), Promise.reject(error))));
  return rigs.get(url);
}

async function read(reply) {
  if (!reply.ok) throw new Error(`the body could not be loaded (${reply.status})`);
  const rig = await reply.json();
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(bytes(rig.vertices)), 3));
  geometry.setAttribute("normal", new BufferAttribute(new Int8Array(bytes(rig.normals)), 3, true));
  geometry.setAttribute("skinIndex", new BufferAttribute(new Uint8Array(bytes(rig.joints)), 4));
  geometry.setAttribute("skinWeight", new BufferAttribute(new Uint8Array(bytes(rig.weights)), 4, true));
  geometry.setIndex(new BufferAttribute(new Uint16Array(bytes(rig.faces)), 1));
  const clothes = new BufferAttribute(new Uint8Array(bytes(rig.colors)), 3, true);
  return { ...rig, geometry, clothes, parts: partColors(new Uint8Array(bytes(rig.parts)), rig.palette) };
}

function partColors(parts, palette) {
  const colors = new Uint8Array(parts.length * 3);
  parts.forEach((part, vertex) => colors.set(palette[part], 3 * vertex));
  return new BufferAttribute(colors, 3, true);
}

// Frames of a motion: quaternions of all joints and positions of the pelvis.
export class Frames {
  constructor({ data, frames, fps }) {
    const buffer = bytes(data);
    this.count = frames;
    this.fps = fps;
    this.pelvis = new Float32Array(buffer, 0, 3 * frames);
    const turns = new Int16Array(buffer, 12 * frames, 3 * JOINTS * frames);
    this.turns = new Float32Array(4 * JOINTS * frames);
    const unit = Math.PI / 32767;
    for (let place = 0; place < JOINTS * frames; place++) {
      const [x, y, z] = [turns[3 * place] * unit, turns[3 * place + 1] * unit, turns[3 * place + 2] * unit];
      const angle = Math.hypot(x, y, z);
      const scale = angle > 1e-9 ? Math.sin(angle / 2) / angle : 0.5;
      this.turns.set([x * scale, y * scale, z * scale, Math.cos(angle / 2)], 4 * place);
    }
  }

  get duration() {
    return this.count / this.fps;
  }

  // Ground that the path covers: smallest and largest x and z.
  bounds() {
    const box = { low: [Infinity, Infinity], high: [-Infinity, -Infinity] };
    for (let frame = 0; frame < this.count; frame++) {
      [this.pelvis[3 * frame], this.pelvis[3 * frame + 2]].forEach((value, axis) => {
        box.low[axis] = Math.min(box.low[axis], value);
        box.high[axis] = Math.max(box.high[axis], value);
      });
    }
    return box;
  }
}

export class Body extends Group {
  constructor(rig, frames, shadows) {
    super();
    this.rig = rig;
    this.frames = frames;
    this.bones = rig.rest.map((rest, joint) => {
      const bone = new Bone();
      const parent = rig.parents[joint];
      bone.position.set(...(parent < 0 ? rest : rest.map((value, axis) => value - rig.rest[parent][axis])));
      return bone;
    });
    this.bones.forEach((bone, joint) => joint && this.bones[rig.parents[joint]].add(bone));
    const geometry = rig.geometry.clone();
    geometry.setAttribute("color", rig.clothes);
    this.skin = new SkinnedMesh(geometry, new MeshLambertMaterial({ vertexColors: true }));
    this.skin.add(this.bones[0]);
    this.skin.frustumCulled = false;
    this.skin.castShadow = shadows;
    this.skin.bind(new Skeleton(this.bones));
    const lines = new BufferGeometry();
    lines.setAttribute("position", new BufferAttribute(new Float32Array(6 * (JOINTS - 1)), 3));
    this.lines = new LineSegments(lines, new LineBasicMaterial({ color: 0xdb2777, depthTest: false, transparent: true }));
    this.lines.frustumCulled = false;
    this.lines.visible = false;
    this.lines.renderOrder = 2;
    this.ring = new Mesh(new RingGeometry(0.42, 0.46, 48), new MeshBasicMaterial({ color: ACCENT }));
    this.ring.rotation.x = -Math.PI / 2;
    this.ring.visible = false;
    this.blob = new Mesh(new CircleGeometry(0.3, 24), new MeshBasicMaterial({ color: 0, transparent: true, opacity: 0.22 }));
    this.blob.rotation.x = -Math.PI / 2;
    this.blob.visible = !shadows;
    this.add(this.skin, this.lines, this.ring, this.blob);
    this.show(0);
  }

  // The pose at a time in seconds, interpolated between frames; beyond the end, the last frame.
  show(seconds) {
    const { turns, pelvis, count, fps } = this.frames;
    const place = Math.min(Math.max(seconds * fps, 0), count - 1);
    const low = Math.floor(place);
    const high = Math.min(low + 1, count - 1);
    const share = place - low;
    this.bones.forEach((bone, joint) => {
      Quaternion.slerpFlat(flat, 0, turns, 4 * (low * JOINTS + joint), turns, 4 * (high * JOINTS + joint), share);
      bone.quaternion.fromArray(flat);
    });
    const mixed = [0, 1, 2].map((axis) => pelvis[3 * low + axis] * (1 - share) + pelvis[3 * high + axis] * share);
    this.bones[0].position.set(...mixed);
    this.ring.position.set(mixed[0], 0.006, mixed[2]);
    this.blob.position.set(mixed[0], 0.004, mixed[2]);
    if (this.lines.visible) this.drawLines();
  }

  drawLines() {
    this.updateWorldMatrix(true, true);
    const points = this.lines.geometry.attributes.position;
    this.bones.forEach((bone, joint) => {
      if (!joint) return;
      [bone, this.bones[this.rig.parents[joint]]].forEach((end, side) => {
        const at = this.worldToLocal(end.getWorldPosition(spot));
        points.setXYZ(2 * (joint - 1) + side, at.x, at.y, at.z);
      });
    });
    points.needsUpdate = true;
  }

  setSkeleton(on) {
    this.lines.visible = on;
    this.skin.material.transparent = on;
    this.skin.material.opacity = on ? 0.4 : 1;
    this.skin.material.needsUpdate = true;
    if (on) this.drawLines();
  }

  setParts(on) {
    this.skin.geometry.setAttribute("color", on ? this.rig.parts : this.rig.clothes);
  }

  pelvisAt(target) {
    return this.bones[0].getWorldPosition(target);
  }

  headAt(target) {
    return this.bones[HEAD].getWorldPosition(target);
  }

  dispose() {
    for (const part of [this.skin, this.lines, this.ring, this.blob]) {
      part.geometry.dispose();
      part.material.dispose();
    }
    this.skin.skeleton.dispose();
  }
}

const flat = [0, 0, 0, 1];
const spot = new Vector3();
