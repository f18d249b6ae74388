#include "runner/cli/read_document.hpp"

#include "agent/document/yaml_tree.hpp"
#include "agent/protocol/fault.hpp"
#include "runner/documents/text_file.hpp"

namespace ibtest {

namespace {

constexpr std::size_t binary_probe = 8192;

}  // namespace

std::shared_ptr<const SourceText> read_document(const std::string& path) {
  std::string text = read_text_file(path, YamlBudget{}.bytes);
  if (text.find_first_not_of(" \t\r\n") == std::string::npos)
    throw Fault(ExitStatus::not_runnable, path + ": the file is empty",
                "a component document has at least schemaVersion and phases");
  if (text.substr(0, binary_probe).find('\0') != std::string::npos)
    throw Fault(ExitStatus::not_runnable, path + ": this is a binary file", "a component document is YAML text");
  return std::make_shared<const SourceText>(path, std::move(text));
}

}  // namespace ibtest
