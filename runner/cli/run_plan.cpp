#include "runner/cli/run_plan.hpp"

#include <algorithm>
#include <cerrno>
#include <unistd.h>

#include <fmt/format.h>

#include "actions/checks/check_blocked_actions.hpp"
#include "actions/checks/check_document.hpp"
#include "agent/protocol/execution_id.hpp"
#include "runner/cli/aws_environment.hpp"
#include "runner/cli/error_message.hpp"
#include "runner/documents/child_documents.hpp"
#include "runner/exchange/ca_bundle.hpp"
#include "runner/report/palette.hpp"
#include "runner/report/terminal_text.hpp"

namespace ibtest {

namespace {

void print_error(const CheckOutput& output, const std::string& message, const std::string& remedy = {}) {
  const Palette palette(output.color);
  output.print(palette.paint(Paint::bold_red, "error:") + " " + harmless(message) + "\n");
  if (!remedy.empty()) output.print("  " + harmless(remedy) + "\n");
}

void print_warning(const CheckOutput& output, const std::string& message) {
  if (output.quiet) return;
  output.print(warning_message(message, output.color));
}

std::string plural(std::size_t count, std::string_view one, std::string_view several) {
  return fmt::format("{} {}", count, count == 1 ? one : several);
}

/// What a document's findings mean in this run.
struct FindingContext {
  bool image_stages = false;
  bool test_runs = false;  ///< the test phase is among those that run
};

// Nothing for findings that do not apply to this run.
std::optional<Diagnostic> in_this_run(Diagnostic diagnostic, const FindingContext& context) {
  // Reported for the values that this run has, by check_parameters().
  if (diagnostic.code == "parameter-without-default") return std::nullopt;
  if (diagnostic.code == "phase-never-runs" && !context.image_stages) return std::nullopt;
  if (diagnostic.code == "cross-stage-reference" && context.image_stages && context.test_runs) {
    diagnostic.severity = Severity::error;
    if (!diagnostic.suggestion.empty()) diagnostic.suggestion += "; or ";
    diagnostic.suggestion += "run all phases in one machine with `--stages inline`";
  }
  return diagnostic;
}

void report_findings(const LoadedDocuments& loaded, const FindingContext& context, const CheckOutput& output) {
  std::size_t errors = 0;
  std::size_t files = 0;
  std::string first_error;
  for (std::size_t i = 0; i < loaded.results.size(); ++i) {
    std::size_t here = 0;
    for (const Diagnostic& found : loaded.results[i].diagnostics) {
      const std::optional<Diagnostic> diagnostic = in_this_run(found, context);
      if (!diagnostic) continue;
      const bool is_error = diagnostic->severity == Severity::error;
      if (diagnostic->severity == Severity::hint || (output.quiet && !is_error)) continue;
      std::string text = render(*diagnostic, loaded.sources[i].get(), output.color);
      if (text.empty() || text.back() != '\n') text += '\n';
      output.print(text);
      if (!is_error) continue;
      ++here;
      if (first_error.empty()) first_error = place_and_message(*diagnostic);
    }
    errors += here;
    if (here > 0) ++files;
  }
  if (errors == 0) return;
  throw Refused(first_error,
                fmt::format("nothing was run: {} in {}", plural(errors, "error", "errors"),
                            files == 1 && loaded.sources.size() == 1 ? loaded.sources.front()->name()
                                                                     : plural(files, "document", "documents")));
}

void report_parameters(const std::vector<const Document*>& documents, const GivenParameters& given,
                       const RunOptions& options, const CheckOutput& output) {
  const RunRules rules = options.rules;
  ParameterCheck check =
      check_parameters(documents, given, rules == RunRules::ibtest ? "--param" : "--parameters", options.secrets);
  for (const std::string& undeclared : check.undeclared) {
    if (rules == RunRules::ibtest) {
      check.errors.push_back(undeclared);
    } else {
      check.warnings.push_back(undeclared + "; its value is ignored");
    }
  }
  for (const std::string& warning : check.warnings)
    print_warning(output, warning);
  for (const std::string& error : check.errors)
    print_error(output, error);
  if (!check.errors.empty())
    throw Refused(check.errors.front(), fmt::format("nothing was run: {} in the parameters given",
                                                    plural(check.errors.size(), "error", "errors")));
}

void check_junit_path(const std::string& file) {
  if (file.empty()) return;
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored))
    throw Fault(ExitStatus::not_runnable, "--junit " + file + ": this is a directory", "give the name of a file");
  const std::filesystem::path folder = std::filesystem::absolute(file, ignored).parent_path();
  if (const int error = folder_write_error(folder); error != 0)
    throw Fault(ExitStatus::not_runnable,
                system_error_text("--junit " + file + ": the folder " + folder.string(), error),
                "give a file in a folder that can be written to");
}

bool uses_image_stages(const Target& target, StageMode mode) {
  if (mode == StageMode::single) return false;
  const bool can = target.capabilities().snapshot;
  if (mode == StageMode::image && !can)
    throw Fault(ExitStatus::not_runnable, fmt::format("{} cannot be snapshot, as --stages image needs", target.name()),
                "use --stages inline, which runs all phases in one machine");
  return can;
}

LogRoot log_root(const RunOptions& options) {
  return options.rules == RunRules::awstoe ? LogRoot::of_awstoe(options.log_directory)
                                           : LogRoot::from_option(options.log_directory);
}

std::string execution_id(const RunOptions& options, const std::string& run_id) {
  return options.execution_id.empty() ? run_id : options.execution_id;
}

std::vector<PlannedStage> planned_stages(const std::vector<const Document*>& documents, const RunOptions& options,
                                         const Target& target) {
  auto stages = plan_stages(documents, options.phases, uses_image_stages(target, options.stages));
  // D-21: a run without steps has a log folder and a result all the same.
  if (stages.empty()) stages.push_back({"", options.phases.value_or(std::vector<std::string>{}), 0});
  return stages;
}

bool is_selected(const std::optional<std::vector<std::string>>& phases, std::string_view name) {
  return !phases || std::find(phases->begin(), phases->end(), name) != phases->end();
}

void measure_names(const std::vector<const Document*>& documents, const std::optional<std::vector<std::string>>& phases,
                   RunPlan& plan) {
  constexpr std::size_t widest_name = 40;
  for (const Document* document : documents) {
    for (const Phase& phase : document->phases) {
      if (!is_selected(phases, phase.name.value)) continue;
      for (const Step& step : phase.steps) {
        plan.name_width = std::max(plan.name_width, display_width(step.name.value));
        plan.action_width = std::max(plan.action_width, display_width(step.action.value));
      }
    }
  }
  plan.name_width = std::min(plan.name_width, widest_name);
}

std::string nothing_runs(const RunOptions& options, const std::vector<const Document*>& documents) {
  const std::vector<std::string> names = phase_names(documents);
  if (names.empty()) return "nothing would run: the documents have no phases";
  if (options.phases)
    return fmt::format("nothing would run: --phases {} selects no phase that can run here; the documents have: {}",
                       fmt::join(*options.phases, ","), fmt::join(names, ", "));
  return fmt::format("nothing would run: no stage runs any of the phases {}", fmt::join(names, ", "));
}

}  // namespace

std::vector<const Document*> LoadedDocuments::documents() const {
  std::vector<const Document*> list;
  for (const DocumentResult& result : results) {
    if (result.document) list.push_back(&*result.document);
  }
  return list;
}

LoadedDocuments load_documents(const RunOptions& options, const DocumentReader& reader, const CheckOutput& output) {
  LoadedDocuments loaded;
  std::string first_error;
  std::size_t unreadable = 0;
  for (const std::string& warning : unknown_actions(options.blocked_actions))
    print_warning(output, "--blocked-action-modules: " + warning);
  for (const auto& [location, parameters] : options.documents) {
    try {
      const ReadDocument read = reader.read({location, options.document_bucket_owner});
      if (!read.warning.empty()) print_warning(output, read.warning);
      loaded.sources.push_back(read.source);
      loaded.locations.push_back(read.location());
      loaded.results.push_back(load_document(read.source, Platform::linux_os, options.most_document_bytes));
      if (options.strict) make_strict(loaded.results.back().diagnostics);
      add_child_findings(loaded.results.back(), loaded.locations.back(), reader);
      add_blocked_actions(loaded.results.back(), options.blocked_actions);
    } catch (const Fault& fault) {
      print_error(output, fault.message(), fault.remedy());
      if (unreadable++ == 0) first_error = fault.message();
    }
  }
  if (unreadable > 0) {
    // The others' findings are shown as well; they alone would have been reason enough.
    try {
      report_findings(loaded, {}, output);
    } catch (const Refused&) {
    }
    throw Refused(first_error, unreadable == 1
                                   ? "nothing was run: a document could not be read"
                                   : fmt::format("nothing was run: {} documents could not be read", unreadable));
  }
  return loaded;
}

LoadedDocuments documents_of(const Job& job) {
  LoadedDocuments loaded;
  for (const JobDocument& document : job.documents) {
    loaded.sources.push_back(std::make_shared<const SourceText>(document.path, document.text));
    loaded.locations.push_back(document.location);
    loaded.results.push_back(load_document(loaded.sources.back(), Platform::linux_os, YamlBudget{}.bytes));
  }
  return loaded;
}

RunPlan make_run_plan(const RunOptions& options, const LoadedDocuments& loaded, ProcessLoop& loop,
                      const CheckOutput& output) {
  RunPlan plan;
  const std::vector<const Document*> documents = loaded.documents();
  GivenParameters given{merge_parameters(
      options.parameters_file.empty() ? ParameterValues{} : read_parameters_file(options.parameters_file),
      options.parameters)};
  for (const RunDocument& document : options.documents)
    given.of_document.push_back(document.parameters);

  // Unknown kinds of target are said before an engine is asked for.
  TargetContext context;
  context.loop = &loop;
  context.allow_local = options.allow_local;
  context.may_be_kept = options.keep != KeepMode::never;
  context.allow_reboot = options.allow_reboot;
  context.ssh = options.ssh;
  context.reboot_from = options.reboot_from;
  context.without_network = options.without_network;
  for (const std::string& spec : options.targets) {
    context.run_id = options.session.empty() ? make_execution_id() : options.session;
    plan.targets.push_back({context.run_id, execution_id(options, context.run_id), {}, make_target(spec, context), {}});
    if (options.without_network && !plan.targets.back().target->capabilities().networkless)
      throw Fault(ExitStatus::not_runnable, fmt::format("--network none: {} cannot be cut off from its network", spec),
                  "use a container or a sandbox");
  }
  bool image_stages = options.stages != StageMode::single;
  if (!plan.targets.empty()) {
    image_stages = std::any_of(plan.targets.begin(), plan.targets.end(), [&](const PlannedTarget& planned) {
      return uses_image_stages(*planned.target, options.stages);
    });
  }
  report_findings(loaded, {image_stages, is_selected(options.phases, "test")}, output);
  report_parameters(documents, given, options, output);
  SecretParameters secrets = secret_parameters(documents, given, options.secrets);
  for (const std::string& warning : secrets.warnings)
    print_warning(output, warning);
  plan.secrets = std::move(secrets.values);
  if (options.phases) {
    for (const std::string& warning : unknown_phase_warnings(documents, *options.phases))
      print_warning(output, warning);
  }
  if (options.rules == RunRules::ibtest && plan_stages(documents, options.phases, image_stages).empty()) {
    const bool runs_inline = image_stages && !plan_stages(documents, options.phases, false).empty();
    throw Fault(ExitStatus::not_runnable, nothing_runs(options, documents),
                runs_inline ? "`--stages inline` runs phases of any name" : "");
  }
  if (options.pass_aws_environment) plan.aws_environment = aws_environment(process_environment());
  if (!options.values_file.empty()) plan.values = read_values_file(options.values_file);
  plan.log_root = log_root(options);
  plan.log_root.check_writable();
  check_junit_path(options.junit_file);
  context.agent_executable = agent_executable();

  if (options.targets.empty()) {
    const DefaultTarget chosen = default_target(loop);
    context.run_id = make_execution_id();
    plan.targets.push_back(
        {context.run_id, execution_id(options, context.run_id), chosen.reason, make_target(chosen.spec, context), {}});
  } else {
    for (std::size_t i = 0; i < plan.targets.size(); ++i) {
      context.run_id = plan.targets[i].run_id;
      plan.targets[i].target = make_target(options.targets[i], context);
    }
  }
  for (PlannedTarget& planned : plan.targets)
    planned.stages = planned_stages(documents, options, *planned.target);

  for (std::size_t i = 0; i < loaded.sources.size(); ++i) {
    plan.documents.push_back({loaded.sources[i]->name(), std::string(loaded.sources[i]->text()),
                              parameters_for(*loaded.results[i].document, given.for_document(i)), loaded.locations[i]});
  }
  measure_names(documents, options.phases, plan);
  return plan;
}

std::filesystem::path agent_executable() {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  std::filesystem::path agent = self.parent_path() / "ibtest-agent";
  if (error || ::access(agent.c_str(), X_OK) != 0)
    throw Fault(ExitStatus::target_failed,
                error ? "finding this program's own folder: " + error.message()
                      : system_error_text("the agent " + agent.string(), errno),
                "ibtest and ibtest-agent belong together: keep both files in one folder");
  return agent;
}

}  // namespace ibtest
