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
               .rule = InputRule::file_path,
               .description = "File to write; missing parent folders are created."},
    InputField{.name = "content", .default_value = "", .description = "Text of the file; an empty file without it."},
    InputField{.name = "encoding",
               .default_value = "utf8",
               .accepted = encoding_names,
               .description = "Encoding the text is written in."},
    InputField{.name = "owner",
               .default_value = "",
               .rule = InputRule::account,
               .unix_only = true,
               .description = "User name or ID; the current user without it."},
    InputField{.name = "group",
               .default_value = "",
               .rule = InputRule::account,
               .unix_only = true,
               .description = "Group name or ID; the group of the current user without it."},
    InputField{.name = "permissions",
               .default_value = "0666",
               .rule = InputRule::octal_mode,
               .unix_only = true,
               .description = "Octal mode; the umask still applies."},
    InputField{.name = "overwrite",
               .type = InputType::boolean,
               .default_value = "true",
               .rule = InputRule::overwrite,
               .description = "Whether an existing file may be replaced."},
};

std::string create(const ActionInputs::Item& item, ActionContext& context) {
  const auto& path = item.text("path");
  if (auto reason = unusable_path(path); !reason.empty()) return reason;
  // CREATEFILE-6
  if (path.ends_with('/')) return "path `" + path + "` ends with a separator; CreateFolder creates folders";
  const auto ownership = Ownership::from(item);
  if (!ownership.error.empty()) return ownership.error;
  const auto encoding = encoding_from_name(item.text("encoding"));
  if (!encoding) return "encoding `" + item.text("encoding") + "` is unknown";

  const auto target = context.resolve(path);
  if (auto reason = create_parents(target); !reason.empty()) return reason;
  const auto& content = item.text("content");
  // Most files are UTF-8, whose content needs no copy.
  auto reason = *encoding == TextEncoding::utf8
                    ? write_file(target, content, ownership, item.flag("overwrite"))
                    : write_file(target, encode_text(content, *encoding), ownership, item.flag("overwrite"));
  if (!reason.empty()) return reason;
  if (const auto warning = ownership.umask_warning(); !warning.empty()) context.warn(path + ": " + warning);
  context.log("Created file " + target.string());
  return {};
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  return run_each_item(modules::create_file, inputs, context, create);
}

}  // namespace

constinit const ActionModule modules::create_file = {
    .name = "CreateFile",
    .summary = "Writes a file, with owner, group and permissions.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .run = run,
};

}  // namespace ibtest
