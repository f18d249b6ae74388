#include "runner/target/ssh/ssh_target.hpp"

#include <fmt/format.h>

#include "runner/target/ssh/agent_upload.hpp"
#include "runner/target/ssh/ssh_machine.hpp"
#include "runner/target/ssh/ssh_reboot.hpp"
#include "runner/target/ssh/ssh_reconnect.hpp"

namespace ibtest {

SshTarget::SshTarget(std::string name, SshAddress address, const TargetContext& context)
    : name_(std::move(name)),
      context_(context),
      host_(std::make_shared<SshHost>(std::move(address), context.ssh, *context.loop)) {}

void SshTarget::prepare(ProgressSink& progress) {
  if (context_.reboot_from.empty()) {
    host_->connect(progress);
  } else {
    progress.activity("rebooting the machine");
    reboot_host(*host_, context_.reboot_from, *context_.loop, progress);
    progress.finished("rebooted the machine");
  }
  despite_losses(*host_, *context_.loop, progress,
                 [&] { agent_ = upload_agent(*host_, context_.agent_executable, progress); });
  progress.finished("connected to " + host_->settings().host);
}

std::unique_ptr<Machine> SshTarget::start(const Snapshot* from, ProgressSink& progress) {
  if (from != nullptr) throw Fault(ExitStatus::not_runnable, "a host cannot be started from a snapshot");
  return std::make_unique<SshMachine>(context_, host_, agent_, progress);
}

}  // namespace ibtest
