#include <array>
#include <cerrno>
#include <unistd.h>

#include <fmt/format.h>

#include "actions/commands/output_text.hpp"
#include "actions/files/file_content.hpp"
#include "actions/files/target_path.hpp"
#include "actions/files/text_decoder.hpp"
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
               .description = "Text file to read."},
    InputField{.name = "encoding",
               .default_value = "utf8",
               .accepted = encoding_names,
               .description = "Encoding the file is in."},
    InputField{.name = "printFileContent",
               .type = InputType::boolean,
               .default_value = "false",
               .description = "Whether to show the content in the console log as well."},
};
constexpr std::array<std::string_view, 1> output_names = {"content"};

constexpr std::size_t buffer_size = 64U << 10U;

/// Decodes to the end of the file, or to where the output value is full anyway. 0, ECANCELED when stopped, or the error
/// number.
int decode_file(int file, TextDecoder& decoder, std::string& text, ActionContext& context) {
  std::array<char, buffer_size> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read()
  while (text.size() <= most_output_bytes) {
    if (context.must_stop()) return ECANCELED;
    const auto count = ::read(file, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) {
      decoder.finish(text);
      return 0;
    }
    decoder.feed({buffer.data(), static_cast<std::size_t>(count)}, text);
  }
  return 0;
}

std::string read(const ActionInputs::Item& item, ActionContext& context, nlohmann::ordered_json& output) {
  const auto& path = item.text("path");
  if (auto reason = unusable_path(path); !reason.empty()) return reason;
  const auto& encoding = item.text("encoding");
  if (!encoding_from_name(encoding)) return "encoding `" + encoding + "` is unknown";

  const auto target = context.resolve(without_trailing_separators(path));
  const auto opened = open_readable("reading", target, "ListFiles lists folders");
  if (!opened.error.empty()) return opened.error;
  TextDecoder decoder(encoding);
  std::string text;
  if (const int reason = decode_file(opened.file.get(), decoder, text, context); reason != 0) {
    return content_error("reading", target, reason);
  }
  if (decoder.errors() > 0) {
    context.warn(fmt::format("{} is no {} text: {} character{} replaced by U+FFFD", target.string(), encoding,
                             decoder.errors(), decoder.errors() == 1 ? " is" : "s are"));
  }
  if (const auto note = kernel_note(target); !note.empty()) context.log(note);
  text = output_text(std::move(text), "the content of " + target.string(), context);
  context.log("Read file " + target.string());
  if (item.flag("printFileContent")) context.show(text);
  output["content"] = std::move(text);
  return {};
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  return query_each_item(modules::read_file, inputs, context, read);
}

}  // namespace

constinit const ActionModule modules::read_file = {
    .name = "ReadFile",
    .summary = "Reads a text file into an output.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .outputs = output_names,
    .outputs_per_item = true,
    .run = run,
};

}  // namespace ibtest
