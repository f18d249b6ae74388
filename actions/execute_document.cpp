#include <array>
#include <fstream>

#include <fmt/format.h>

#include "actions/action_inputs.hpp"
#include "actions/checks/check_transfers.hpp"
#include "actions/inputs/s3_location.hpp"
#include "actions/modules.hpp"
#include "agent/document/yaml_tree.hpp"
#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

namespace fs = std::filesystem;

constexpr std::array platforms = {Platform::linux_os, Platform::windows, Platform::macos};
constexpr std::array input_fields = {
    InputField{.name = "document",
               .required = true,
               .default_value = "",
               .description = "Path, `s3://bucket/key` or component build version ARN of the document to execute."},
    InputField{.name = "document-s3-bucket-owner",
               .default_value = "",
               .description = "Account that the bucket of an S3 document must belong to, 12 digits."},
    InputField{.name = "phases",
               .default_value = "",
               .description = "Names of the phases to execute, separated by commas; all without it."},
    InputField{.name = "parameters",
               .type = InputType::named_values,
               .default_value = "",
               .description = "Values for parameters of the document, each with `name` and `value`."},
};
constexpr std::array<std::string_view, 8> outputs = {
    "executedStepCount",      "executionId", "failedStepCount",  "failureMessage",
    "ignoredFailedStepCount", "logUrl",      "skippedStepCount", "status"};

/// A location of a document that lies in the target.
constexpr std::string_view in_target = "target:";

// EXECUTEDOCUMENT-6
std::vector<std::string> phases_of(std::string_view list) {
  std::vector<std::string> phases;
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    std::string_view name = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    while (!name.empty() && (name.front() == ' ' || name.front() == '\t'))
      name.remove_prefix(1);
    while (!name.empty() && (name.back() == ' ' || name.back() == '\t'))
      name.remove_suffix(1);
    if (!name.empty()) phases.emplace_back(name);
  }
  return phases;
}

/// Fetches the text of a document, or says why it cannot be had.
class Fetch {
 public:
  Fetch(ActionContext& context, const ActionInputs::Item& inputs) : context_(context), inputs_(inputs) {
    document_.path = inputs.text("document");
  }

  /// The error; empty when document() has everything.
  std::string run() {
    const std::string& owner = inputs_.text("document-s3-bucket-owner");
    if (auto error = account_error("document-s3-bucket-owner", owner); !error.empty()) return error;
    const auto exchange = context_.ask_runner({{"ask", "document"},
                                               {"document", document_.path},
                                               {"caller", context_.document_location()},
                                               {"bucketOwner", owner}});
    while (const auto piece = exchange->receive()) {
      document_.text += *piece;
      if (document_.text.size() > YamlBudget{}.bytes) return document_.path + " is too large for a component document";
    }
    const RunnerAnswer answer = exchange->finish();
    if (!answer.error.empty()) return answer.error;
    show_warnings(answer.content, context_);
    document_.location = answer.content.value("location", "");
    return document_.location.empty() ? read_in_target(answer.content.value("reason", "")) : std::string();
  }

  [[nodiscard]] JobDocument take() { return std::move(document_); }

 private:
  // D-7: a document that a step has made.
  std::string read_in_target(const std::string& reason) {
    const std::string& caller = context_.document_location();
    fs::path path = context_.resolve(document_.path);
    if (caller.starts_with(in_target)) {
      const auto beside = fs::path(caller.substr(in_target.size())).parent_path() / document_.path;
      std::error_code ignored;
      if (fs::exists(beside, ignored)) path = beside;
    }
    path = path.lexically_normal();
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status)) return fmt::format("{}; in the target there is no {} either", reason, path.string());
    if (!fs::is_regular_file(status)) return path.string() + " in the target is not a file";
    std::ifstream file(path, std::ios::binary);
    document_.text.resize(YamlBudget{}.bytes + 1);
    file.read(document_.text.data(), static_cast<std::streamsize>(document_.text.size()));
    document_.text.resize(static_cast<std::size_t>(file.gcount()));
    if (!file.eof()) {
      return file.bad() || document_.text.empty() ? path.string() + " in the target cannot be read"
                                                  : path.string() + " in the target is too large for a document";
    }
    document_.location = std::string(in_target) + path.string();
    return {};
  }

  ActionContext& context_;
  const ActionInputs::Item& inputs_;
  JobDocument document_;
};

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  const ActionInputs::Item& item = inputs.object();
  Fetch fetch(context, item);
  if (std::string error = fetch.run(); !error.empty()) return ActionResult::failure(std::move(error));
  ActionResult result;
  result.outcome = ActionResult::Outcome::execute_child;
  ChildRun& child = result.child.emplace(ChildRun{fetch.take(), phases_of(item.text("phases"))});
  for (const NamedValue& parameter : item.named_values("parameters")) {
    if (child.document.parameters.emplace(parameter.name, parameter.value).second) continue;
    return ActionResult::failure(fmt::format("the parameter `{}` is given twice", parameter.name));
  }
  return result;
}

}  // namespace

// The engine executes the document that this fetches.
constinit const ActionModule modules::execute_document = {
    .name = "ExecuteDocument",
    .summary = "Executes another component document.",
    .platforms = platforms,
    .inputs = input_fields,
    .check_item = check_execute_document,
    .outputs = outputs,
    .run = run,
};

}  // namespace ibtest
