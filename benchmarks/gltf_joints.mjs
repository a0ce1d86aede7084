// Run by benchmarks/gltf_viewers.py: joints of a GLB at given times as three.js plays them, and the validator's findings.
//
// Arguments: a folder with the packages three and gltf-validator; the file; the JSON to write; times; names of joints.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, file, out, times, names] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const three = (name) => import(pathToFileURL(`${folder}/node_modules/three/${name}`));
const data = readFileSync(file);

const { issues } = await require("gltf-validator").validateBytes(new Uint8Array(data));

globalThis.self = globalThis; // which the loader asks for
const THREE = await three("build/three.module.js");
const { GLTFLoader } = await three("examples/jsm/loaders/GLTFLoader.js");
const bytes = data.buffer.slice(data.byteOffset, data.byteOffset + data.length);
const { scene, animations } = await new GLTFLoader().parseAsync(bytes, "");
const mixer = new THREE.AnimationMixer(scene);
mixer.clipAction(animations[0]).setLoop(THREE.LoopOnce).play().clampWhenFinished = true;
const found = JSON.parse(names).map((name) => scene.getObjectByName(THREE.PropertyBinding.sanitizeNodeName(name)));
const place = new THREE.Vector3();
const joints = JSON.parse(times).map((time) => {
  mixer.setTime(time);
  scene.updateMatrixWorld(true);
  return found.map((joint) => joint.getWorldPosition(place).toArray());
});
writeFileSync(out, JSON.stringify({
  joints,
  duration: animations[0].duration,
  three: THREE.REVISION,
  validator: require("gltf-validator").version(),
  issues: [issues.numErrors, issues.numWarnings, issues.numInfos, issues.numHints],
  messages: issues.messages.map((one) => one.message),
}));
