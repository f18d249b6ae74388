# The explanations of fixtures/lint compiled into the library lint_explanations, so that ibtest is one file. Every folder
# is a rule; its explanation.md, bad.yml and good.yml are what `ibtest lint --explain` shows.
file(GLOB explanation_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/fixtures/lint/*/explanation.md)
file(GLOB example_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/fixtures/lint/*/bad.yml ${CMAKE_SOURCE_DIR}/fixtures/lint/*/good.yml)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${explanation_files} ${example_files})

# The file as a string literal; empty for a rule whose example cannot be shown.
function(read_explanation output path)
  set(content "")
  if(EXISTS ${path})
    file(READ ${path} content)
  endif()
  set(${output} "R\"lint_text(${content})lint_text\"" PARENT_SCOPE)
endfunction()

set(explanation_source "#include \"runner/lint/rule_explanation.hpp\"\n\n#include <array>\n\nnamespace ibtest {\nnamespace {\n\n")
set(explanation_rows "")
list(LENGTH explanation_files explanation_count)
foreach(path ${explanation_files})
  get_filename_component(folder ${path} DIRECTORY)
  get_filename_component(id ${folder} NAME)
  read_explanation(text ${path})
  read_explanation(bad ${folder}/bad.yml)
  read_explanation(good ${folder}/good.yml)
  string(APPEND explanation_rows "    {\"${id}\",\n     ${text},\n     ${bad},\n     ${good}},\n")
endforeach()
string(APPEND explanation_source
  "constexpr std::array<RuleExplanation, ${explanation_count}> explanations{{\n${explanation_rows}}};\n\n}  // namespace\n\n"
  "std::span<const RuleExplanation> rule_explanations() { return explanations; }\n\n}  // namespace ibtest\n")

set(explanation_source_file ${CMAKE_BINARY_DIR}/generated/lint_explanations.cpp)
file(WRITE ${explanation_source_file}.new "${explanation_source}")
configure_file(${explanation_source_file}.new ${explanation_source_file} COPYONLY)

add_library(lint_explanations STATIC ${explanation_source_file})
target_link_libraries(lint_explanations PUBLIC ibtest_settings)
