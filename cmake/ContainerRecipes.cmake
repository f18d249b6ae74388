# The files of containers/ compiled into the library container_recipes, so that ibtest is one file. Every folder with a
# Dockerfile is a recipe; the files of containers/shared belong to each.
file(GLOB recipe_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/containers/*/*)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${recipe_files})

function(append_recipe_file output path)
  get_filename_component(file_name ${path} NAME)
  file(READ ${path} content)
  set(${output} "${${output}}    {\"${file_name}\", R\"recipe_file(${content})recipe_file\"},\n" PARENT_SCOPE)
endfunction()

set(recipe_source "#include \"runner/target/container/container_recipe.hpp\"\n\n#include <array>\n\nnamespace ibtest {\nnamespace {\n\n")
set(recipe_table "")
set(recipe_count 0)
file(GLOB dockerfiles CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/containers/*/Dockerfile)
file(GLOB shared_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/containers/shared/*)
foreach(dockerfile ${dockerfiles})
  get_filename_component(folder ${dockerfile} DIRECTORY)
  get_filename_component(name ${folder} NAME)
  file(GLOB own_files CONFIGURE_DEPENDS ${folder}/*)
  list(LENGTH own_files own_count)
  list(LENGTH shared_files shared_count)
  math(EXPR file_count "${own_count} + ${shared_count}")
  set(entries "")
  foreach(path ${own_files} ${shared_files})
    append_recipe_file(entries ${path})
  endforeach()
  string(APPEND recipe_source
    "constexpr std::array<RecipeFile, ${file_count}> files_${recipe_count}{{\n${entries}}};\n\n")
  string(APPEND recipe_table "    {\"${name}\", files_${recipe_count}},\n")
  math(EXPR recipe_count "${recipe_count} + 1")
endforeach()
string(APPEND recipe_source
  "constexpr std::array<ContainerRecipe, ${recipe_count}> recipes{{\n${recipe_table}}};\n\n}  // namespace\n\n"
  "std::span<const ContainerRecipe> container_recipes() { return recipes; }\n\n}  // namespace ibtest\n")

set(recipe_source_file ${CMAKE_BINARY_DIR}/generated/container_recipes.cpp)
file(WRITE ${recipe_source_file}.new "${recipe_source}")
configure_file(${recipe_source_file}.new ${recipe_source_file} COPYONLY)

add_library(container_recipes STATIC ${recipe_source_file})
# Recipes and agents are known by their SHA-256.
target_link_libraries(container_recipes PUBLIC ibtest_settings ${CRYPTO_LIBRARY_FILE} ${CMAKE_DL_LIBS})
