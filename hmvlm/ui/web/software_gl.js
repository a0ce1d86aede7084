// Marks a browser that draws 3-D on the processor; style.css then lets the 3-D view rest while an answer is on its way.
{
  const gl = document.createElement("canvas").getContext("webgl");
  const info = gl?.getExtension("WEBGL_debug_renderer_info");
  const renderer = info ? gl.getParameter(info.UNMASKED_RENDERER_WEBGL) : "";
  if (/swiftshader|llvmpipe|softpipe|software|basic render/i.test(renderer)) {
    document.documentElement.classList.add("hm-software-gl");
  }
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
}
