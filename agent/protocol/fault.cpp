#include "agent/protocol/fault.hpp"

#include <system_error>
#include <utility>

namespace ibtest {

Fault::Fault(ExitStatus status, std::string what_failed, std::string remedy)
    : status_(status), message_(std::move(what_failed)), remedy_(std::move(remedy)) {}

Fault Fault::while_doing(const std::string& action) const {
  return {status_, action + ": " + message_, remedy_};
}

std::string system_error_text(const std::string& what, int error_number) {
  // std::generic_category() is strerror() without its shared buffer.
  return what + ": " + std::generic_category().message(error_number);
}

}  // namespace ibtest
