#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/document/document.hpp"
#include "agent/protocol/fault.hpp"
#include "agent/protocol/job.hpp"
#include "runner/cli/dynamic_reference_values.hpp"
#include "runner/cli/parameters.hpp"
#include "runner/cli/run_folder.hpp"
#include "runner/cli/run_options.hpp"
#include "runner/cli/stage_plan.hpp"
#include "runner/documents/document_reader.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

/// The documents of a run as they were read and checked.
struct LoadedDocuments {
  std::vector<std::shared_ptr<const SourceText>> sources;
  std::vector<std::string> locations;   ///< parallel to `sources`, as JobDocument::location
  std::vector<DocumentResult> results;  ///< parallel to `sources`

  /// Only where every document could be read.
  [[nodiscard]] std::vector<const Document*> documents() const;
};

/// One target of a run.
struct PlannedTarget {
  std::string run_id;        ///< the label of what the run creates
  std::string execution_id;  ///< of the first stage: the same, unless the user gave one
  std::string reason;        ///< why this target, when nobody chose it
  std::unique_ptr<Target> target;
  std::vector<PlannedStage> stages;
  std::optional<Job> resumed = {};  ///< what to go on with, in the place of a job from the options (D-13)
  /// Of a run whose agent has that job already: it is followed from where the events in its folder end.
  struct Attached {
    std::filesystem::path folder;
    std::string boot;          ///< as SavedRun
    std::string reboot_event;  ///< as SavedRun
  };
  std::optional<Attached> attached = {};
};

/// Everything that was found out before anything is created.
struct RunPlan {
  std::vector<JobDocument> documents;  ///< text and parameters
  DynamicReferenceValues values;
  std::vector<std::string> secrets;                    ///< values of the parameters named with --secret
  std::map<std::string, std::string> aws_environment;  ///< for the steps; empty unless asked for
  LogRoot log_root;
  std::vector<PlannedTarget> targets;
  std::size_t name_width = 0;  ///< columns that step and action names need
  std::size_t action_width = 0;
};

/// Nothing was run, and why was shown already, place by place.
class Refused : public Fault {
 public:
  Refused(std::string first_error, const std::string& summary)
      : Fault(ExitStatus::not_runnable, summary), first_error_(std::move(first_error)) {}
  /// For programs: the first of the errors.
  [[nodiscard]] const std::string& first_error() const { return first_error_; }

 private:
  std::string first_error_;
};

/// Where the checks print what they find.
struct CheckOutput {
  std::function<void(std::string_view text)> print;  ///< whole lines
  bool color = false;
  bool quiet = false;  ///< no warnings
};

/// Reads and checks all documents. Files that cannot be read are printed at once and end in Refused.
[[nodiscard]] LoadedDocuments load_documents(const RunOptions& options, const DocumentReader& reader,
                                             const CheckOutput& output);

/// The documents of a run that goes on, as they were when it began.
[[nodiscard]] LoadedDocuments documents_of(const Job& job);

/// Checks all that can be checked without creating anything, prints every finding and makes the plan. Throws Refused
/// or Fault.
[[nodiscard]] RunPlan make_run_plan(const RunOptions& options, const LoadedDocuments& loaded, ProcessLoop& loop,
                                    const CheckOutput& output);

/// The ibtest-agent beside this program. Throws Fault (target_failed) when it is not there.
[[nodiscard]] std::filesystem::path agent_executable();

}  // namespace ibtest
