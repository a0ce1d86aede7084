// Files from elsewhere than the file dialogue: dropped anywhere on the page, or a photo from the camera. They go into the
// message box's own input, so they are uploaded as those of the dialogue are.
function attach(files) {
  const input = document.querySelector("#hm-box input[type=file]");
  if (!input || !files.length) return;
  const all = new DataTransfer();
  [...files].forEach((file) => all.items.add(file));
  input.files = all.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

export function takeDrops() {
  const here = (event) => event.dataTransfer?.types.includes("Files") && !event.target.closest?.("#hm-box");
  const mark = (on) => document.body.classList.toggle("hm-dropping", on);
  document.addEventListener("dragover", (event) => {
    mark(here(event));
    if (here(event)) event.preventDefault();
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget || mark(false));
  document.addEventListener("drop", (event) => {
    mark(false);
    if (!here(event)) return;
    event.preventDefault();
    attach(event.dataTransfer.files);
  });
}

const DIALOG = `<video autoplay muted playsinline aria-label="Picture of the camera"></video>
  <p role="status"></p>
  <form method="dialog"><button value="">Cancel</button><button value="photo" class="hm-main">Take the photo</button></form>`;

export async function openCamera() {
  const dialog = document.createElement("dialog");
  dialog.id = "hm-shot";
  dialog.setAttribute("aria-label", "Take a photo");
  dialog.innerHTML = DIALOG;
  document.querySelector(".gradio-container").append(dialog);
  const [video, said, take] = ["video", "p", ".hm-main"].map((part) => dialog.querySelector(part));
  let stream = null;
  dialog.addEventListener("close", async () => {
    if (dialog.returnValue === "photo" && video.videoWidth) attach([await picture(video)]);
    stream?.getTracks().forEach((track) => track.stop());
    dialog.remove();
  });
  take.disabled = true;
  said.textContent = "Waiting for the camera";
  dialog.showModal();
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 } } });
  } catch {
    said.textContent = "No camera can be used here. Allow it in the browser, or attach a photo.";
    return;
  }
  if (!dialog.isConnected) return stream.getTracks().forEach((track) => track.stop());
  video.srcObject = stream;
  video.onloadeddata = () => {
    said.textContent = "";
    take.disabled = false;
    take.focus();
  };
}

async function picture(video) {
  const canvas = Object.assign(document.createElement("canvas"), { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext("2d").drawImage(video, 0, 0);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
  return new File([blob], "camera.jpg", { type: "image/jpeg" });
}
