#include <set>
#include <unistd.h>

#include <fmt/format.h>

#include "actions/checks/check_blocked_actions.hpp"
#include "actions/checks/check_document.hpp"
#include "runner/cli/awstoe_run_options.hpp"
#include "runner/cli/commands.hpp"
#include "runner/cli/error_message.hpp"
#include "runner/cli/output_file.hpp"
#include "runner/documents/child_documents.hpp"
#include "runner/exchange/ca_bundle.hpp"
#include "runner/report/awstoe_summary.hpp"

namespace ibtest {

namespace {

void print_errors(std::string_view text) {
  static_cast<void>(write_to_end(STDERR_FILENO, text));
}

void print_json(const nlohmann::ordered_json& json) {
  static_cast<void>(write_to_end(STDOUT_FILENO, json_text(json)));
}

bool has_color(const DocumentOptions& options) {
  return console_options(console_environment(STDERR_FILENO, options.no_color), Verbosity::normal).color;
}

// D-12: whatever went wrong is a failure; an interrupt stays what shells expect.
ExitStatus in_awstoe_terms(ExitStatus status) {
  if (status == ExitStatus::success || status == ExitStatus::interrupted) return status;
  return ExitStatus::component_failed;
}

/// Reads and checks documents for the platforms asked for.
class Validation {
 public:
  explicit Validation(const AwstoeValidateOptions& options)
      : options_(options),
        color_(has_color(options)),
        store_(options.s3, process_environment()),
        reader_(store_, ComponentFolders(options.component_folders)) {}

  /// The first error; empty when all documents are valid.
  std::string run() {
    if (options_.documents.empty()) print_errors(warning_message("no document was named: nothing was checked", color_));
    for (const std::string& warning : unknown_actions(options_.blocked_actions))
      print_errors(warning_message("--blocked-action-modules: " + warning, color_));
    for (const std::string& location : options_.documents) {
      try {
        ReadDocument document = reader_.read({location, options_.document_bucket_owner});
        if (!document.warning.empty()) print_errors(warning_message(document.warning, color_));
        check(document);
      } catch (const Fault& fault) {
        print_errors(error_message(fault, color_));
        keep_error(fault.message());
      }
    }
    return first_error_;
  }

 private:
  void check(const ReadDocument& document) {
    std::set<std::string> shown;  // most findings are the same for every platform
    for (const Platform platform : options_.platforms) {
      DocumentResult result = load_document(document.source, platform, options_.most_document_bytes);
      add_child_findings(result, document.location(), reader_);  // STEP-6
      add_blocked_actions(result, options_.blocked_actions);
      for (const Diagnostic& finding : result.diagnostics) {
        if (finding.severity == Severity::error) keep_error(place_and_message(finding));
        if (finding.severity == Severity::hint && !options_.trace) continue;
        const std::string text = render(finding, document.source.get(), color_);
        if (shown.insert(text).second) print_errors(text.ends_with('\n') ? text : text + "\n");
      }
    }
  }
  void keep_error(const std::string& message) {
    if (first_error_.empty()) first_error_ = message;
  }

  const AwstoeValidateOptions& options_;
  bool color_;
  S3Store store_;
  DocumentReader reader_;
  std::string first_error_;
};

}  // namespace

ExitStatus awstoe_run_command(const AwstoeRunOptions& options) {
  const bool color = has_color(options.run);
  RunOptions run;
  try {
    S3Store store(options.run.s3, process_environment());
    std::vector<std::string> warnings;
    run = awstoe_run_options(options, store, warnings);
    for (const std::string& warning : warnings)
      print_errors(warning_message(warning, color));
  } catch (const Fault& fault) {
    print_errors(error_message(fault, color));
    print_json(awstoe_failure(options.settings.execution_id, fault.message()));
    return in_awstoe_terms(fault.status());
  }
  return in_awstoe_terms(run_command(run));
}

ExitStatus awstoe_validate_command(const AwstoeValidateOptions& options) {
  const std::string error = Validation(options).run();
  // CLI-13, CLI-14
  const bool valid = error.empty();
  print_json({{"validationStatus", valid ? "success" : "failed"},
              {"message", valid ? fmt::format("Document(s) [{}] is/are valid.", options.documents_text) : error}});
  return valid ? ExitStatus::success : ExitStatus::component_failed;
}

}  // namespace ibtest
