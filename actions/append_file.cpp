#include <array>

#include "actions/modules.hpp"
#include "actions/text_encoding.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::linux_os, Platform::windows, Platform::macos};
constexpr std::array inputs = {
    InputField{
        .name = "path", .required = true, .default_value = "", .description = "Existing file; it is never created."},
    InputField{.name = "content",
               .default_value = "",
               .description = "Text to add; no line break is added before or after it."},
    InputField{.name = "encoding",
               .default_value = "utf8",
               .accepted = encoding_names,
               .description = "Encoding the text is written in."},
};

}  // namespace

constinit const ActionModule modules::append_file = {
    .name = "AppendFile",
    .summary = "Adds text at the end of an existing file.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = inputs,
};

}  // namespace ibtest
