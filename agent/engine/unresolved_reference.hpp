#pragma once

#include <stdexcept>
#include <string>

#include "agent/expression/reference.hpp"

namespace ibtest {

/// A reference without a value; fails the attempt (CHAIN-8, D-4). The message names the expression.
class UnresolvedReference : public std::runtime_error {
 public:
  UnresolvedReference(const Reference& reference, const std::string& reason)
      : std::runtime_error(reference.text + ": " + reason) {}
};

}  // namespace ibtest
