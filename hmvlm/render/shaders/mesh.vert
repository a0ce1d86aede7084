#version 330 core
// The body (normals and colours), the floor (texture coordinates) and the shadow (a texture).
// pyrender replaces *_LOC and chooses the branches; names of attributes and uniforms are pyrender's.
layout(location = 0) in vec3 position;
#ifdef NORMAL_LOC
layout(location = NORMAL_LOC) in vec3 normal;
out vec3 world_normal;
out vec3 view_normal;
#endif
#ifdef TEXCOORD_0_LOC
layout(location = TEXCOORD_0_LOC) in vec2 texcoord_0;
out vec2 uv;
#endif
#ifdef COLOR_0_LOC
layout(location = COLOR_0_LOC) in vec4 color_0;
out vec3 albedo;
#endif
layout(location = INST_M_LOC) in mat4 inst_m;

uniform mat4 M;
uniform mat4 V;
uniform mat4 P;
out vec3 world_position;
out vec3 view_position;

void main()
{
    vec4 world = M * inst_m * vec4(position, 1.0);
    vec4 view = V * world;
    gl_Position = P * view;
    world_position = world.xyz;
    view_position = view.xyz;
#ifdef NORMAL_LOC
    world_normal = normal;
    view_normal = mat3(V) * normal;
#endif
#ifdef TEXCOORD_0_LOC
    uv = texcoord_0;
#endif
#ifdef COLOR_0_LOC
    albedo = color_0.rgb * color_0.rgb;
#endif
}
