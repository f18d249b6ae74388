#include "runner/target/sandbox/sandbox_target.hpp"

#include "runner/target/sandbox/sandbox_machine.hpp"
#include "runner/target/sandbox/sandbox_root.hpp"

namespace ibtest {

SandboxTarget::SandboxTarget(std::filesystem::path root, const TargetContext& context)
    : given_(std::move(root)), context_(context) {
  std::error_code error;
  if (given_.empty() || std::filesystem::exists(given_, error)) return;
  throw Fault(ExitStatus::not_runnable, "sandbox: there is no file or folder " + given_.string(),
              "sandbox alone is this machine's own file system; sandbox:FOLDER is a root file system in a folder, "
              "sandbox:FILE one in a tar archive.");
}

std::string SandboxTarget::name() const {
  return given_.empty() ? "sandbox" : "sandbox:" + given_.string();
}

void SandboxTarget::prepare(ProgressSink& progress) {
  for (const std::string& removed : remove_gone_sandboxes(*context_.loop, context_.agent_executable, false))
    progress.finished("removed what a killed run left behind: " + removed);
  if (!given_.empty()) root_ = provide_sandbox_root(given_, context_, progress);
}

std::unique_ptr<Machine> SandboxTarget::start(const Snapshot* from, ProgressSink& /*progress*/) {
  SandboxMachine::Plan plan{.root = root_, .title = given_.empty() ? "this machine" : given_.string()};
  if (const auto* snapshot = dynamic_cast<const SandboxSnapshot*>(from); snapshot != nullptr) {
    plan.snapshots = snapshot->layers();
  }
  return std::make_unique<SandboxMachine>(context_, std::move(plan));
}

}  // namespace ibtest
