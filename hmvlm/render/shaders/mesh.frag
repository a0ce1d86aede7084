#version 330 core
// Cheap enough for a software rasteriser: a sky-to-ground ambient term, one soft key light that
// stays at the upper left of the camera, a faint highlight and rim. Colours are squared on the way
// in and rooted on the way out, a fast stand-in for sRGB.
struct Material {
    vec3 emissive_factor;
    vec4 base_color_factor;
#ifdef HAS_BASE_COLOR_TEX
    sampler2D base_color_texture;
#endif
};
uniform Material material;

in vec3 world_position;
in vec3 view_position;
#ifdef NORMAL_LOC
in vec3 world_normal;
in vec3 view_normal;
#endif
#ifdef TEXCOORD_0_LOC
in vec2 uv;
#endif
#ifdef COLOR_0_LOC
in vec3 albedo;
#endif
out vec4 frag_color;

const float TILE = 0.5;
const vec3 KEY = normalize(vec3(-0.45, 0.75, 0.65));
const vec3 SKY = vec3(0.50, 0.52, 0.56);
const vec3 GROUND = vec3(0.30, 0.28, 0.27);
const vec3 KEY_COLOR = vec3(0.66, 0.63, 0.58);

#ifdef COLOR_0_LOC
vec4 shade()
{
    vec3 n = normalize(view_normal);
    vec3 eye = normalize(-view_position);
    float up = normalize(world_normal).y * 0.5 + 0.5;
    float wrap = max(dot(n, KEY) * 0.8 + 0.2, 0.0);
    vec3 light = mix(GROUND, SKY, up) + KEY_COLOR * wrap;
    float gloss = max(dot(n, normalize(KEY + eye)), 0.0);
    gloss *= gloss; gloss *= gloss; gloss *= gloss; gloss *= gloss;
    float rim = 1.0 - max(dot(n, eye), 0.0);
    rim *= rim * rim;
    return vec4(sqrt(albedo * light + 0.035 * gloss + 0.05 * rim * up), 1.0);
}
#else
#ifdef HAS_BASE_COLOR_TEX
vec4 shade()
{
    return vec4(material.base_color_factor.rgb, texture(material.base_color_texture, uv).r * material.base_color_factor.a);
}
#else
// Integral of a square wave over the pixel's footprint: a checker without aliasing.
float checker(vec2 p)
{
    vec2 w = max(fwidth(p), vec2(1e-4));
    vec2 a = p - 0.5 * w, b = p + 0.5 * w;
    vec2 box = 2.0 * (abs(fract(b * 0.5) - 0.5) - abs(fract(a * 0.5) - 0.5)) / w;
    return 0.5 - 0.5 * box.x * box.y;
}
vec4 shade()
{
    vec3 tile = material.base_color_factor.rgb * mix(1.0, 0.93, checker(world_position.xz / TILE));
    return vec4(mix(tile, material.emissive_factor, smoothstep(0.35, 1.0, length(uv))), 1.0);
}
#endif
#endif

void main()
{
    frag_color = shade();
}
