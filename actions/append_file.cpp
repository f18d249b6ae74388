#include <array>

#include "actions/files/target_path.hpp"
#include "actions/files/text_encoding.hpp"
#include "actions/files/write_file.hpp"
#include "actions/item_loop.hpp"
#include "actions/modules.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::linux_os, Platform::windows, Platform::macos};
constexpr std::array input_fields = {
    InputField{.name = "path",
               .required = true,
               .default_value = "",
               .rule = InputRule::path,
               .description = "Existing file; it is never created."},
    InputField{.name = "content",
               .default_value = "",
               .description = "Text to add; no line break is added before or after it."},
    InputField{.name = "encoding",
               .default_value = "utf8",
               .accepted = encoding_names,
               .description = "Encoding the text is written in."},
};

std::string append(const ActionInputs::Item& item, ActionContext& context) {
  const auto& path = item.text("path");
  if (auto reason = unusable_path(path); !reason.empty()) return reason;
  const auto encoding = encoding_from_name(item.text("encoding"));
  if (!encoding) return "encoding `" + item.text("encoding") + "` is unknown";

  const auto target = context.resolve(without_trailing_separators(path));
  if (auto reason = append_to_file(target, encode_text(item.text("content"), *encoding)); !reason.empty()) {
    return reason;
  }
  context.log("Appended to file " + target.string());
  return {};
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  return run_each_item(modules::append_file, inputs, context, append);
}

}  // namespace

constinit const ActionModule modules::append_file = {
    .name = "AppendFile",
    .summary = "Adds text at the end of an existing file.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .run = run,
};

}  // namespace ibtest
