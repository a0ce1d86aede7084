export {
  BufferAttribute, BufferGeometry, Bone, CanvasTexture, CircleGeometry, Color, DirectionalLight, Fog, Group,
  HemisphereLight, LineBasicMaterial, LineSegments, Mesh, MeshBasicMaterial, MeshLambertMaterial, PCFShadowMap,
  PerspectiveCamera, PlaneGeometry, Quaternion, RepeatWrapping, RingGeometry, Scene, Skeleton, SkinnedMesh, SRGBColorSpace,
  Vector3, WebGLRenderer,
} from "three";
export { OrbitControls } from "three/addons/controls/OrbitControls.js";
