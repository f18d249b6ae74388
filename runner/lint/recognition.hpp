#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/document/diagnostic.hpp"
#include "runner/lint/host_format.hpp"

namespace ibtest {

/// What a file turned out to be.
struct Recognition {
  enum class Kind {
    component,  ///< the file is a component document itself
    host,       ///< a file of `format`, with the documents in `components`
    other,
  };
  Kind kind = Kind::other;
  const HostFormat* format = nullptr;
  std::shared_ptr<const YamlNode> tree = {};  ///< what `components` point into
  bool is_json = false;
  std::vector<EmbeddedComponent> components = {};
  std::vector<Diagnostic> diagnostics = {};  ///< why a host cannot be read
  std::string otherwise = {};                ///< what it is instead, where that is known
};

/// Recognises a file by its content. A file that is `named` is taken for a component document unless it is clearly
/// something else, so that what is wrong with it is said; other files must look like one.
[[nodiscard]] Recognition recognise(const std::shared_ptr<const SourceText>& source, bool named);

}  // namespace ibtest
