# Puts files into the binary with the assembler's .incbin: no generated megabytes of C, no copying at run time.

# minyi_embed_table(TARGET target SYMBOL table HEADER text ROW format FILES …)
# is written out by each function below; the generated files live in the build folder.

function(minyi_incbin out_var label file)
  set(${out_var} "
.global ${label}
.balign 16
${label}:
.incbin \"${file}\"
.byte 0
.global ${label}_end
${label}_end:
" PARENT_SCOPE)
endfunction()

function(minyi_embed_finish target assembler c_source files)
  set(folder ${CMAKE_BINARY_DIR}/embedded)
  file(CONFIGURE OUTPUT ${folder}/${target}.S CONTENT ".section .rodata\n${assembler}\n.section .note.GNU-stack,\"\",@progbits\n" @ONLY)
  file(CONFIGURE OUTPUT ${folder}/${target}.c CONTENT "${c_source}" @ONLY)
  set_source_files_properties(${folder}/${target}.S PROPERTIES OBJECT_DEPENDS "${files}")
  add_library(${target} OBJECT ${folder}/${target}.S ${folder}/${target}.c)
  target_link_libraries(${target} PUBLIC minyi_flags)
endfunction()

# Migrations: src/store/migrations/NNNN-name.sql → db_migrations[] (minyi/migrations.h). More FILES get the numbers
# that follow: tests build programs of versions to come with them.
function(minyi_embed_migrations target)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/store/migrations/*.sql)
  list(SORT files)
  list(APPEND files ${ARGN})
  set(asm "")
  set(declarations "")
  set(rows "")
  set(count 0)
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME_WE)
    string(REGEX MATCH "^[0-9]+" version ${name})
    if(version STREQUAL "")
      math(EXPR version "${count} + 1")
      set(name "${version}-${name}")
    endif()
    math(EXPR version_number "${version}")
    set(label "minyi_migration_${version}")
    minyi_incbin(piece ${label} ${file})
    string(APPEND asm "${piece}")
    string(APPEND declarations "extern const char ${label}[];\n")
    string(APPEND rows "    {.version = ${version_number}, .name = \"${name}\", .sql = ${label}},\n")
    math(EXPR count "${count} + 1")
  endforeach()
  minyi_embed_finish(${target} "${asm}" "#include \"minyi/migrations.h\"
${declarations}
const struct db_migration db_migrations[] = {
${rows}    {0},
};
const size_t db_migration_count = ${count};
" "${files}")
endfunction()

# Demo texts: src/cli/samples/*.json → demo_samples[] (minyi/samples.h).
function(minyi_embed_samples target)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/cli/samples/*.json)
  set(asm "")
  set(declarations "")
  set(rows "")
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME_WE)
    set(label "minyi_sample_${name}")
    minyi_incbin(piece ${label} ${file})
    string(APPEND asm "${piece}")
    string(APPEND declarations "extern const char ${label}[];\n")
    string(APPEND rows "    {.name = \"${name}\", .text = ${label}},\n")
  endforeach()
  minyi_embed_finish(${target} "${asm}" "#include \"minyi/samples.h\"
${declarations}
const struct demo_sample demo_samples[] = {
${rows}    {0},
};
" "${files}")
endfunction()

# Pages: web/dist → http_assets[] (minyi/http.h); web/embed.mjs writes the table and the compressed forms.
function(minyi_embed_web target)
  set(folder ${CMAKE_BINARY_DIR}/embedded)
  if(MINYI_WEB AND EXISTS ${CMAKE_SOURCE_DIR}/web/dist/embed/assets.c)
    add_library(${target} OBJECT ${CMAKE_SOURCE_DIR}/web/dist/embed/assets.c ${CMAKE_SOURCE_DIR}/web/dist/embed/assets.S)
    set_source_files_properties(${CMAKE_SOURCE_DIR}/web/dist/embed/assets.S PROPERTIES
      OBJECT_DEPENDS ${CMAKE_SOURCE_DIR}/web/dist/embed/assets.c)
  else()
    file(CONFIGURE OUTPUT ${folder}/assets.c CONTENT "#include \"minyi/http.h\"
static const unsigned char page[] = \"<!doctype html><meta charset=utf-8><title>minyi</title><p>页面尚未构建：请运行 ./dev run\";
const struct http_asset http_assets[] = {{.path = \"/index.html\", .mime = \"text/html; charset=utf-8\",
    .etag = \"\\\"none\\\"\", .raw = page, .raw_len = sizeof(page) - 1}};
const size_t http_asset_count = 1;
" @ONLY)
    add_library(${target} OBJECT ${folder}/assets.c)
  endif()
  target_link_libraries(${target} PUBLIC minyi_flags)
endfunction()
